// A sound for who looks elsewhere.

/** Asks for an ear: who scans looks at the phone, and not at the page. */
export function sound() {
  try {
    const audio = new AudioContext();
    const tone = new OscillatorNode(audio, { type: "square", frequency: 220 });
    tone.connect(new GainNode(audio, { gain: 0.1 })).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.4);
    tone.onended = () => audio.close();
  } catch {
    // A browser without sound still shows it.
  }
}
