/** How the frame travels over the still picture; pure. */
import { type CameraDirective, cameraDirectives } from '../../request.ts';

/** The part of the still that is seen: all of it at zoom 1; `x` and `y` are the middle, from 0 to 1. */
export interface Pose {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

interface Movement {
  /** The zoom is multiplied by this, from the first frame to the last. */
  readonly zoom?: readonly [from: number, to: number];
  /** Where the frame is within its room to move, -1 to 1; right and down are positive. */
  readonly x?: readonly [from: number, to: number];
  readonly y?: readonly [from: number, to: number];
  /** How much the frame trembles. */
  readonly shake?: number;
  /** Zoom that makes room to move in. */
  readonly room?: number;
}

/** A camera that goes right sees things go left: the frame moves, the still does not. */
const movements: Readonly<Record<CameraDirective, Movement>> = {
  'Truck left': { x: [1, -1], room: 1.3 },
  'Truck right': { x: [-1, 1], room: 1.3 },
  'Pan left': { x: [1, -1], room: 1.25 },
  'Pan right': { x: [-1, 1], room: 1.25 },
  'Push in': { zoom: [1, 1.45] },
  'Pull out': { zoom: [1.45, 1] },
  'Pedestal up': { y: [1, -1], room: 1.3 },
  'Pedestal down': { y: [-1, 1], room: 1.3 },
  'Tilt up': { y: [1, -1], room: 1.25 },
  'Tilt down': { y: [-1, 1], room: 1.25 },
  'Zoom in': { zoom: [1, 1.6] },
  'Zoom out': { zoom: [1.6, 1] },
  Shake: { shake: 0.5, room: 1.08 },
  'Tracking shot': { x: [-0.6, 0.6], room: 1.15 },
  'Static shot': {},
};

/** Enough to show that it is a film. */
const gentle: Movement = { zoom: [1, 1.08] };

/** The camera directives of a prompt, in square brackets, separated by commas; unknown ones are left alone. */
export function readDirectives(prompt: string): CameraDirective[] {
  const names = [...prompt.matchAll(/\[([^\]]*)\]/g)].flatMap(([, inside = '']) => inside.split(','));
  return names.flatMap((name) => {
    const wanted = name.trim().toLowerCase();
    return cameraDirectives.filter((directive) => directive.toLowerCase() === wanted);
  });
}

/**
 * Where the camera is; all directives act together.
 * @param time from 0, the first frame, to 1, the last
 * @param idle what a camera nobody directed does
 */
export function poseAt(directives: readonly CameraDirective[], time: number, idle: 'gentle' | 'still'): Pose {
  const undirected = idle === 'gentle' ? [gentle] : [];
  const moves = directives.length > 0 ? directives.map((directive) => movements[directive]) : undirected;
  const eased = ease(time);
  let zoom = 1;
  let x = 0;
  let y = 0;
  let room = 1;
  for (const move of moves) {
    zoom *= between(move.zoom ?? [1, 1], eased);
    x += between(move.x ?? [0, 0], eased) + (move.shake ?? 0) * tremble(time, 0);
    y += between(move.y ?? [0, 0], eased) + (move.shake ?? 0) * tremble(time, 2);
    room = Math.max(room, move.room ?? 1);
  }
  // Zooming makes more room, but a camera that used it would leave its subject behind.
  const slack = (1 - 1 / room) / 2;
  return { zoom: zoom * room, x: 0.5 + clamp(x) * slack, y: 0.5 + clamp(y) * slack };
}

/** The closest the camera comes: how much sharper than the frame a still should be. */
export function closestZoom(directives: readonly CameraDirective[]): number {
  return Math.max(...[0, 0.5, 1].map((time) => poseAt(directives, time, 'gentle').zoom));
}

function between([from, to]: readonly [from: number, to: number], part: number): number {
  return from + (to - from) * part;
}

/** Mostly even, with a soft start and a soft stop. */
function ease(time: number): number {
  return 0.4 * time + 0.6 * time * time * (3 - 2 * time);
}

/** Hand-held: a few frequencies that never meet. */
function tremble(time: number, phase: number): number {
  return Math.sin(time * 61 + phase) * 0.6 + Math.sin(time * 97 + phase * 3) * 0.4 + Math.sin(time * 151 + phase) * 0.3;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(-1, value));
}
