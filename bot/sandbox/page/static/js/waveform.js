/** The picture of a sound: loudest moments in 96 slices, computed in the browser from the file itself. */

const SLICES = 96;
const MOST_BYTES = 30 * 1024 * 1024;
const RATE = 8000;
let queue = Promise.resolve();

/**
 * Return SLICES peaks between 0 and 1, or null where the file is too big or not readable. Files are decoded one
 * after the other, at a rate that is enough for a picture.
 */
export function peaksOf(url, bytes) {
  if (bytes > MOST_BYTES) return Promise.resolve(null);
  const job = queue.then(() => decode(url)).catch(() => null);
  queue = job;
  return job;
}

async function decode(url) {
  const answer = await fetch(url);
  if (!answer.ok) return null;
  const sound = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await answer.arrayBuffer());
  const samples = sound.getChannelData(0);
  const size = samples.length / SLICES;
  const peaks = Array.from({ length: SLICES }, (_, slice) => {
    let sum = 0;
    const [from, to] = [Math.floor(slice * size), Math.floor((slice + 1) * size)];
    for (let i = from; i < to; i += 1) sum += samples[i] * samples[i];
    return Math.sqrt(sum / Math.max(1, to - from));
  });
  const top = Math.max(...peaks, 1e-4);
  return peaks.map((peak) => (peak / top) ** 0.75);
}

/** Draw the peaks (a plain line while there are none) with the first `part` (0 to 1) lit. */
export function drawWave(canvas, peaks, part) {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width) return;
  const scale = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
  if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const [lit, dim] = [style.getPropertyValue("--lamp").trim(), style.getPropertyValue("--wave").trim()];
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  if (!peaks) {
    line(pen, 0, width, height / 2, dim);
    line(pen, 0, width * part, height / 2, lit);
    return;
  }
  const bars = Math.min(SLICES, Math.floor(width / 4));
  const step = width / bars;
  for (let bar = 0; bar < bars; bar += 1) {
    const from = Math.floor((bar * SLICES) / bars);
    const peak = Math.max(...peaks.slice(from, Math.max(from + 1, Math.floor(((bar + 1) * SLICES) / bars))));
    const tall = Math.max(2.5, peak * (height - 4));
    pen.fillStyle = (bar + 0.5) / bars <= part ? lit : dim;
    pen.beginPath();
    pen.roundRect(bar * step, (height - tall) / 2, Math.max(1.5, step - 1.7), tall, 1.5);
    pen.fill();
  }
}

function line(pen, from, to, y, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.roundRect(from, y - 2, Math.max(0, to - from), 4, 2);
  pen.fill();
}
