// A short sound of two notes, made by the page itself. Browsers let a page sound only once
// somebody has touched it; until then it stays silent.

const LOUDNESS = 0.12;
const NOTES = [
  [659, 0],
  [880, 0.11],
]; // hertz, seconds from now
const END = 0.5;

export class Bell {
  #context = null;

  constructor() {
    for (const gesture of ["pointerdown", "keydown"]) {
      document.addEventListener(gesture, () => this.#wake(), { once: true, capture: true });
    }
  }

  ring() {
    if (this.#context?.state !== "running") return;
    const now = this.#context.currentTime;
    const tone = this.#context.createOscillator();
    const volume = this.#context.createGain();
    for (const [hertz, pause] of NOTES) tone.frequency.setValueAtTime(hertz, now + pause);
    volume.gain.setValueAtTime(LOUDNESS, now);
    volume.gain.exponentialRampToValueAtTime(0.001, now + END);
    tone.connect(volume).connect(this.#context.destination);
    tone.start(now);
    tone.stop(now + END);
  }

  #wake() {
    this.#context ??= new AudioContext();
    this.#context.resume();
  }
}
