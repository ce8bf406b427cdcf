/** The child process behind `renders.ts`. */
import '@napi-rs/webcodecs/polyfill';
import { serveChild } from '../../child-worker.ts';
import { renderClip } from './render-clip.ts';

const operations = { render: renderClip };

/** To be imported as a type alone: the codecs are loaded in the child and nowhere else. */
export type RenderOperations = typeof operations;

serveChild(operations);
