"""A picture goes in with everything it carries, and comes out as pixels only."""

import io

import pytest
from PIL import Image

from marketplace.storage import decoding, images
from marketplace.storage.images import HeicError, ImageError, Picture, TooLargeError
from tests.catalogue import uploads


def read(content: bytes) -> Picture:
    with decoding.kept(io.BytesIO(content)) as (kind, file):
        return decoding.decode(kind, file)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def is_red(pixel: object) -> bool:
    red, green, blue = pixel  # type: ignore[misc]
    return red > 150 > max(green, blue)


def is_blue(pixel: object) -> bool:
    red, green, blue = pixel  # type: ignore[misc]
    return blue > 150 > max(red, green)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_it_becomes_a_progressive_jpeg_in_two_sizes(kind: str) -> None:
    picture = read(uploads.encoded(uploads.halves(size=(2400, 1200)), kind))
    large, thumb = opened(picture.large), opened(picture.thumb)
    assert (large.format, large.size) == ("JPEG", (1600, 800))
    assert (thumb.format, thumb.size) == ("JPEG", (480, 240))
    assert large.info["progressive"]
    assert (picture.width, picture.height) == (1600, 800)
    assert is_red(large.getpixel((100, 100)))
    assert is_blue(large.getpixel((1500, 100)))


def test_a_small_one_is_not_blown_up() -> None:
    picture = read(uploads.jpeg((40, 20)))
    assert opened(picture.large).size == opened(picture.thumb).size == (40, 20)


def test_one_that_lies_on_its_side_is_put_upright() -> None:
    large = opened(read(uploads.with_secrets()).large)
    assert large.size == (200, 400)
    assert is_red(large.getpixel((100, 50)))
    assert is_blue(large.getpixel((100, 350)))


def test_a_phones_two_pictures_in_one_file_are_the_first() -> None:
    """With EXIF, as phones write it. Mechanism: modules are loaded before no file can be opened."""
    photo = uploads.two_in_one()
    assert Image.open(io.BytesIO(photo)).format == "MPO"
    large = opened(read(photo).large)
    assert large.size == (200, 400)
    assert is_red(large.getpixel((100, 50)))


def test_place_comment_profile_and_tail_are_gone() -> None:
    before = uploads.with_secrets()
    assert b"SECRET" in before
    assert b"Exif" in before
    picture = read(before)
    for after in (picture.large, picture.thumb):
        assert b"SECRET" not in after
        assert b"Exif" not in after
        assert not set(opened(after).info) & {"exif", "icc_profile", "comment", "xmp"}
        assert after.endswith(b"\xff\xd9")


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
        ("P", "PNG"),
        ("1", "PNG"),
        ("RGBA", "WEBP"),
        ("LA", "PNG"),
        ("RGBA", "AVIF"),
    ],
)
def test_every_kind_of_pixels_is_understood(mode: str, kind: str) -> None:
    large = opened(read(uploads.encoded(uploads.halves(mode), kind)).large)
    assert (large.mode, large.size) == ("RGB", (400, 200))
    if mode in ("CMYK", "P", "RGBA"):
        assert is_red(large.getpixel((50, 100)))
        assert is_blue(large.getpixel((350, 100)))


def test_a_print_profile_is_turned_into_screen_colours() -> None:
    photo = uploads.encoded(uploads.halves(), icc_profile=uploads.srgb())
    assert is_red(opened(read(photo).large).getpixel((50, 100)))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_colours_keep_their_profile(mode: str) -> None:
    """Green of a wide range is greener on a screen. Mechanism: ``_in_srgb``, for each mode."""
    leaf = Image.new("RGB", (40, 20), (100, 180, 60)).convert(mode)
    photo = uploads.encoded(leaf, "PNG", icc_profile=uploads.wide())
    red, green, blue = uploads.pixel(read(photo).large)
    assert red < 70
    assert green > 170
    assert blue < 60


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_grey_keeps_its_profile(mode: str) -> None:
    """Mechanism: the profile is for grey, and so is what it is applied to."""
    fog = Image.new("L", (40, 20), 100).convert(mode)
    light = uploads.encoded(fog, "PNG", icc_profile=uploads.grey())
    dark = uploads.encoded(fog, "PNG")
    assert uploads.pixel(read(dark).large)[0] == pytest.approx(100, abs=3)
    assert uploads.pixel(read(light).large)[0] == pytest.approx(186, abs=6)


def test_what_is_see_through_stays_so_under_a_profile() -> None:
    clear = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    photo = uploads.encoded(clear, "PNG", icc_profile=uploads.wide())
    assert uploads.pixel(read(photo).large) == (255, 255, 255)


def test_grey_with_a_profile_for_colours_is_taken_for_colours() -> None:
    photo = uploads.encoded(Image.new("L", (40, 20), 100), "PNG", icc_profile=uploads.srgb())
    assert uploads.pixel(read(photo).large)[0] == pytest.approx(100, abs=3)


def test_a_profile_that_makes_no_sense_is_ignored() -> None:
    photo = uploads.encoded(uploads.halves(), icc_profile=b"nonsense")
    assert is_red(opened(read(photo).large).getpixel((50, 100)))


def test_sixteen_bits_keep_their_grey() -> None:
    deep = Image.new("I;16", (40, 20), 0x8000)
    grey = opened(read(uploads.encoded(deep, "PNG")).large).getpixel((10, 10))
    assert all(abs(value - 128) < 4 for value in grey)  # type: ignore[union-attr]


def test_what_is_transparent_becomes_white() -> None:
    clear = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    assert opened(read(uploads.encoded(clear, "PNG")).large).getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation_gives_its_first_frame(kind: str) -> None:
    large = opened(read(uploads.animation(kind)).large)
    assert is_red(large.getpixel((30, 20)))
    assert getattr(large, "n_frames", 1) == 1


def test_a_bomb_of_seventeen_kilobytes_is_refused() -> None:
    bomb = uploads.bomb()
    assert len(bomb) < 20_000
    with pytest.raises(TooLargeError):
        read(bomb)


@pytest.mark.parametrize("progressive", [False, True])
def test_forty_eight_megapixels_of_a_phone_are_taken(progressive: bool) -> None:
    """Mechanism: a JPEG is scaled while it is decoded, within the decoder's memory."""
    photo = uploads.encoded(uploads.halves(size=(8064, 6048)), progressive=progressive)
    picture = read(photo)
    assert (picture.width, picture.height) == (1600, 1200)


@pytest.mark.parametrize("missing", [1, 2, 10])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_without_its_end_is_taken(missing: int, progressive: bool) -> None:
    """As every browser shows it. Mechanism: ``_loaded``."""
    grainy = Image.blend(uploads.halves(size=(800, 600)), uploads.noise((800, 600)), 0.1)
    photo = uploads.encoded(grainy, progressive=progressive)
    large = opened(read(photo[:-missing]).large)
    assert large.size == (800, 600)
    assert is_red(large.getpixel((10, 300)))
    assert is_blue(large.getpixel((790, 300)))


@pytest.mark.parametrize("part", [0.2, 0.5, 0.8])
def test_a_jpeg_cut_in_the_middle_is_refused(part: float) -> None:
    """Mechanism: ``_is_flat_below``."""
    photo = uploads.encoded(uploads.noise((800, 600)))
    read(photo)
    with pytest.raises(ImageError):
        read(photo[: int(len(photo) * part)])


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_a_heic_is_told_apart(brand: bytes) -> None:
    with pytest.raises(HeicError):
        read(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + b"\0" * 100)


@pytest.mark.parametrize("side", [5_001, 6_000, 30_000])
def test_the_size_is_looked_at_before_anything_is_decoded(side: int) -> None:
    with pytest.raises(TooLargeError):
        read(uploads.hollow(side))


def test_twenty_five_megapixels_are_not_too_many() -> None:
    with pytest.raises(ImageError) as refused:  # it was let in, and only then found hollow
        read(uploads.hollow(5_000))
    assert not isinstance(refused.value, TooLargeError)


def test_more_than_ten_megabytes_are_refused() -> None:
    with pytest.raises(TooLargeError):
        read(uploads.jpeg() + b"\0" * images.FILE_MAX_BYTES)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just a text",
        uploads.SVG,
        uploads.HTML,
        uploads.jpeg()[:900],
        uploads.jpeg()[:20],
        uploads.encoded(uploads.halves(), "PNG")[:200],
        uploads.encoded(uploads.halves(), "GIF"),
        uploads.encoded(uploads.halves(), "TIFF"),
        uploads.hollow(100),
    ],
    ids=["empty", "text", "svg", "html", "cut", "cut short", "cut png", "gif", "tiff", "hollow"],
)
def test_what_is_no_whole_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ImageError) as refused:
        read(content)
    assert not isinstance(refused.value, TooLargeError)
