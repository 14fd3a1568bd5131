// An own message before the server has it: the server's template, filled in.

const SHOWN_PX = 320; // the longer side of a picture in a bubble, as the server has it

/** An element for an item of the outbox. */
export function ownElement(template, { client_id, body, attachments, written_at }) {
  const element = template.cloneNode(true);
  element.dataset.clientId = client_id;
  element.dataset.key = client_id;
  element.querySelector("time").dateTime = new Date(written_at).toISOString();
  fillBody(element.querySelector(".body"), body);
  fillPictures(element.querySelector("[data-attachment]"), attachments);
  return element;
}

function fillBody(place, body) {
  if (body) place.textContent = body;
  else place.remove();
}

/** One place for a picture becomes as many as there are. */
function fillPictures(place, attachments) {
  const pictures = attachments.map((attachment) => {
    const picture = place.cloneNode(true);
    fillPicture(picture, attachment);
    return picture;
  });
  if (pictures.length) place.replaceWith(...pictures);
  else place.parentElement.remove();
}

function fillPicture(picture, { width, height, url, thumb_url }) {
  const scale = Math.min(1, SHOWN_PX / Math.max(width, height));
  const image = picture.querySelector("img");
  image.setAttribute("src", thumb_url);
  image.setAttribute("width", Math.max(1, Math.round(width * scale)));
  image.setAttribute("height", Math.max(1, Math.round(height * scale)));
  picture.querySelector("a").setAttribute("href", url);
}
