/** The child process behind `clip-tool.ts`. */
import '@napi-rs/webcodecs/polyfill';
import { serveChild } from '../child-worker.ts';
import { fitClip } from './clip-fit.ts';
import { takeFrame } from './clip-frame.ts';
import { inspectClip } from './clip-inspect.ts';
import { registerTransform } from './clip-transform.ts';

const operations = { inspect: inspectClip, frame: takeFrame, fit: fitClip };

/** To be imported as a type alone: the codecs are loaded in the child and nowhere else. */
export type ClipOperations = typeof operations;

registerTransform();
serveChild(operations);
