/** Uploads in three steps, and what is known of a file (platforms/slack.md §4). */
import { z } from 'zod';
import { blockProblems } from './block-limits.ts';
import { checkThread } from './chat-methods.ts';
import { announceDirect } from './events.ts';
import { keepFile, maySee, showFile } from './files.ts';
import { type Call, id, type Method, read } from './method.ts';
import { addressedChannel, teamsOf } from './places.ts';
import { amount, json } from './read-arguments.ts';
import { Mistake, Refusal } from './refusal.ts';
import { shareFiles } from './sharing.ts';
import type { Block, Channel, StoredFile } from './state.ts';

const getUploadUrl: Method = (call) => {
  call.demand('files:write');
  const { state, installation } = call;
  const args = read(
    call,
    z.object({
      filename: id,
      length: amount.min(1),
      alt_txt: z.string().max(1000).optional(),
      alt_text: z.string().optional(),
    }),
  );
  if (args.length > state.orders.mostUploadBytes) throw new Refusal('file_upload_size_restricted');
  const team = teamsOf(state, installation)[0] ?? installation.id;
  const made = { name: args.filename, bytes: new Uint8Array() };
  const file = keepFile(state, team, installation.botUser, made, args.length);
  // The library's `alt_text` is no field of this method (platforms/slack.md §4).
  file.altText = args.alt_txt ?? null;
  return { upload_url: `${state.origins.http}/upload/v1/${file.id}`, file_id: file.id };
};

const completeUpload: Method = (call) => {
  call.demand('files:write');
  const { state, installation } = call;
  const args = read(
    call,
    z.object({
      files: json(z.array(z.object({ id, title: z.string().optional() })).min(1)),
      channel_id: id.optional(),
      thread_ts: id.optional(),
      initial_comment: z.string().optional(),
      blocks: json(z.array(z.looseObject({ type: z.string() }))).optional(),
    }),
  );
  const files = args.files.map((wanted) => uploaded(call, wanted.id));
  if (args.channel_id === undefined && args.thread_ts !== undefined)
    throw new Mistake('invalid_arguments', ['thread_ts without channel_id']);
  const channel = args.channel_id === undefined ? null : addressedChannel(state, installation, args.channel_id);
  const thread = channel === null ? null : checkThread(channel, args.thread_ts);
  const problems = blockProblems('message', args.blocks ?? []);
  if (problems.length > 0) throw new Mistake('invalid_blocks', problems);

  for (const [index, file] of files.entries()) {
    file.title = args.files[index]?.title ?? file.title;
    file.step = 'done';
    file.isProcessing = true;
  }
  const answer = { files: files.map((file) => showFile(state, file)) };
  const text = args.initial_comment ?? '';
  settle(call, files, channel, { text, thread, blocks: text === '' ? (args.blocks ?? []) : [] });
  return answer;
};

function uploaded({ state, installation }: Call, wanted: string): StoredFile {
  const file = state.files.get(wanted);
  // A second completion is as unknown to Slack as a file whose bytes never came.
  if (file === undefined || file.owner !== installation.botUser || file.step !== 'uploaded')
    throw new Refusal('file_not_found');
  return file;
}

/** Slack answers first and shares later, and sometimes never (platforms/slack.md §4). */
function settle(
  { state, installation }: Call,
  files: readonly StoredFile[],
  channel: Channel | null,
  said: { readonly text: string; readonly thread: string | null; readonly blocks: readonly Block[] },
): void {
  const isForgotten = channel !== null && state.orders.take('share', ['never-share']) !== null;
  state.clock.later(state.orders.shareAfterMs, () => {
    for (const file of files) file.isProcessing = false;
    if (channel === null || isForgotten) return;
    announceDirect(state, channel, shareFiles(state, channel, { ...said, user: installation.botUser }, files));
  });
}

const info: Method = (call) => {
  call.demand('files:read');
  const { file: wanted } = read(call, z.object({ file: id }));
  const file = call.state.files.get(wanted);
  const { state, installation } = call;
  const isThere = file?.step === 'done' || (file?.step === 'uploaded' && state.showsUnfinishedFiles);
  if (file === undefined || !isThere || !maySee(state, installation, file)) throw new Refusal('file_not_found');
  if (file.mode === 'tombstone') throw new Refusal('file_deleted');
  return { file: showFile(call.state, file), comments: [], response_metadata: { next_cursor: '' } };
};

const remove: Method = (call) => {
  call.demand('files:write');
  const { file: wanted } = read(call, z.object({ file: id }));
  const file = call.state.files.get(wanted);
  if (file === undefined) throw new Refusal('file_not_found');
  if (file.owner !== call.installation.botUser) throw new Refusal('cant_delete_file');
  file.mode = 'tombstone';
  return {};
};

export const fileMethods: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': completeUpload,
  'files.info': info,
  'files.delete': remove,
};
