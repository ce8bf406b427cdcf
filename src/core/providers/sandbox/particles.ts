/** Small things that drift through a scene, so that a still reads as a film. */
import { type Planes, planesFromRgb } from '../../planes.ts';
import type { Pose } from './camera.ts';
import type { Mood, ParticleKind } from './mood.ts';
import { createRandom } from './random.ts';
import { channels } from './scene.ts';

interface Drift {
  readonly count: number;
  /** In parts of the height: radius of the largest, and speed per second. */
  readonly radius: number;
  readonly right: number;
  readonly down: number;
  readonly sway: number;
  readonly twinkle: boolean;
  readonly color: string;
}

const drifts: Readonly<Record<ParticleKind, Drift>> = {
  snow: { count: 110, radius: 0.006, right: 0.01, down: 0.07, sway: 0.02, twinkle: false, color: '#ffffff' },
  embers: { count: 80, radius: 0.005, right: 0.02, down: -0.08, sway: 0.03, twinkle: true, color: '#ffb040' },
  fireflies: { count: 46, radius: 0.006, right: 0.01, down: -0.008, sway: 0.04, twinkle: true, color: '#e8ffa0' },
  petals: { count: 54, radius: 0.006, right: 0.05, down: 0.035, sway: 0.03, twinkle: false, color: '#fff2c8' },
  rain: { count: 90, radius: 0.003, right: -0.02, down: 0.6, sway: 0, twinkle: false, color: '#d8e0ff' },
  dust: { count: 50, radius: 0.004, right: 0.02, down: -0.006, sway: 0.03, twinkle: true, color: '#fff6d8' },
};

interface Particle {
  readonly x: number;
  readonly y: number;
  /** 0 far, 1 near: near ones are larger and faster. */
  readonly near: number;
  readonly phase: number;
}

type Particles = (planes: Planes, pose: Pose, second: number) => void;

/** They live in the scene, not on the lens: the camera moves past them. */
export function createParticles(prompt: string, mood: Mood): Particles {
  const drift = drifts[mood.particles];
  const random = createRandom(`particles ${prompt}`);
  const particles: Particle[] = Array.from({ length: drift.count }, () => ({
    x: random(),
    y: random(),
    near: random() ** 1.6,
    phase: random() * 6.28,
  }));
  const [red, green, blue] = channels(drift.color);
  const pixel = planesFromRgb(Uint8Array.from([1, 2, 3, 4].flatMap(() => [red, green, blue])), 2, 2);
  const color = { y: pixel.y[0] ?? 235, u: pixel.u[0] ?? 128, v: pixel.v[0] ?? 128 };

  return (planes, pose, second) => {
    for (const { x, y, near, phase } of particles) {
      const speed = (0.4 + 0.6 * near) * second;
      const swayed = drift.sway * Math.sin(second * 1.3 + phase) * (0.4 + near);
      const sceneX = wrap(x + (drift.right * speed + swayed) * (planes.height / planes.width));
      const sceneY = wrap(y + drift.down * speed + drift.sway * 0.3 * Math.cos(second + phase));
      const glow = drift.twinkle ? 0.35 + 0.65 * Math.sin(second * (1 + near) + phase * 3) ** 2 : 0.85;
      dot(planes, {
        x: ((sceneX - pose.x) * pose.zoom + 0.5) * planes.width,
        y: ((sceneY - pose.y) * pose.zoom + 0.5) * planes.height,
        radius: Math.max(1.2, drift.radius * (0.3 + 0.7 * near) * pose.zoom * planes.height),
        stretch: mood.particles === 'rain' ? 7 : 1,
        cover: glow * (0.35 + 0.55 * near),
        color,
      });
    }
  };
}

interface Dot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly stretch: number;
  readonly cover: number;
  readonly color: { readonly y: number; readonly u: number; readonly v: number };
}

/** Soft at the edge, cut at the frame. */
function dot(planes: Planes, { x, y, radius, stretch, cover, color }: Dot): void {
  const { width, height } = planes;
  const tall = radius * stretch;
  for (let row = Math.max(0, Math.floor(y - tall)); row <= Math.min(height - 1, y + tall); row += 1) {
    for (let column = Math.max(0, Math.floor(x - radius)); column <= Math.min(width - 1, x + radius); column += 1) {
      const away = ((column - x) / radius) ** 2 + ((row - y) / tall) ** 2;
      if (away >= 1) continue;
      const part = cover * (1 - away);
      const at = row * width + column;
      planes.y[at] = (planes.y[at] ?? 0) * (1 - part) + color.y * part;
      if ((row | column) & 1) continue;
      const half = (row >> 1) * (width / 2) + (column >> 1);
      planes.u[half] = (planes.u[half] ?? 0) * (1 - part) + color.u * part;
      planes.v[half] = (planes.v[half] ?? 0) * (1 - part) + color.v * part;
    }
  }
}

function wrap(value: number): number {
  return value - Math.floor(value);
}
