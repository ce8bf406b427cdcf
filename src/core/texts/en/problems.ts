/** Why something cannot be had, and what can: of a request, a typed line, a picture, a provider. */
import type { FileKind, PictureProblem } from '../../picture-problem.ts';
import type { ClipSource, Obstacle, OfferNote, RequestProblem, TypingProblem } from '../../problems.ts';
import { formats } from './formats.ts';

const { and, or, megabytes, number } = formats;

const fileKinds: Record<FileKind, string> = {
  'TIFF picture': 'a TIFF picture',
  'JPEG XL picture': 'a JPEG XL picture',
  'JPEG 2000 picture': 'a JPEG 2000 picture',
  'Photoshop document': 'a Photoshop document',
  'icon file': 'an icon file',
  'BMP picture': 'a BMP picture',
  'SVG drawing': 'an SVG drawing',
  'PDF document': 'a PDF document',
  'ZIP archive or office document': 'a ZIP archive or an office document',
  'ZIP archive': 'a ZIP archive',
  'RAR archive': 'a RAR archive',
  '7-Zip archive': 'a 7-Zip archive',
  'gzip archive': 'a gzip archive',
  'WebM or Matroska video': 'a WebM or Matroska video',
  'Ogg file': 'an Ogg file',
  'MP3 file': 'an MP3 file',
  'AVI video': 'an AVI video',
  'RIFF file': 'a RIFF file',
  'QuickTime video': 'a QuickTime video',
  'MP4 video': 'an MP4 video',
  'Windows program': 'a Windows program',
  program: 'a program',
  script: 'a script',
  'web page': 'a web page',
  'text file': 'a text file',
  'unknown kind': 'a file of no known kind',
};

const sources: Record<ClipSource, string> = {
  text: 'From text',
  picture: 'From a picture',
  'two-pictures': 'Between two pictures',
};

/** Each says what is wrong and what would work. */
export const problems = {
  request(problem: RequestProblem): string {
    switch (problem.kind) {
      case 'no-prompt':
        return 'Say what should happen in the clip.';
      case 'prompt-too-long':
        return `A prompt has at most ${number(problem.most)} characters.`;
      case 'prompt-not-text':
        return 'The prompt has characters that are not text. Type it again as plain text.';
      case 'no-room-for-camera':
        return `With [${problem.camera}] in front the prompt is over ${number(problem.most)} characters: make it ${number(problem.over)} shorter.`;
      case 'unknown-movement':
        return problem.nearest === null
          ? `[${problem.written}] is not a camera movement; there are ${or(problem.movements)}. For other text use round brackets.`
          : `[${problem.written}] is not a camera movement. Did you mean [${problem.nearest}]?`;
      case 'too-many-movements':
        return `[${problem.written}] has too many movements: one bracket takes at most ${problem.most}.`;
      case 'unknown-provider': {
        const name = problem.written === null ? 'of that name' : `"${problem.written}"`;
        return `There is no provider ${name} here. Choose ${or(problem.providers)}, or leave it out.`;
      }
      case 'unknown-option':
        return `There is no option ${or(problem.written)}. There are ${and(problem.options)}.`;
      case 'not-a-choice':
        return `${problem.option} is ${or(problem.choices)}.`;
      case 'not-a-switch':
        return `${problem.option} is on or off.`;
      case 'not-a-picture':
        return `${problem.option} is a picture: attach one, or give its address.`;
      case 'unreadable':
        return `${problem.option} cannot be read.`;
      case 'wrong-resolution':
        return `${problem.model} renders ${or(problem.can)}. For ${problem.resolution} choose ${or(problem.others)}.`;
      case 'too-long-for-1080p':
        return `1080P clips are ${problem.most} seconds long. For ${problem.seconds} seconds choose 768P.`;
      case 'wrong-length':
        return `${problem.model} makes clips of ${or(problem.can)} seconds.`;
      case 'needs-picture':
        return `${problem.model} animates a picture: attach one as image, or choose ${or(problem.others)}.`;
      case 'no-last-picture':
        return `${problem.model} takes no last image. With one, choose ${or(problem.others)}.`;
      case 'last-picture-alone':
        return 'A last image needs a first one: attach it as image.';
      case '512p-needs-picture':
        return '512P is for animating a picture: attach one as image, or choose 768P.';
      case '512p-not-between':
        return 'Between two pictures 512P is not offered: choose 768P.';
    }
  },

  typing(problem: TypingProblem): string {
    switch (problem.kind) {
      case 'no-such-command':
        return `There is no such command. There are ${and(problem.commands)}.`;
      case 'not-on-or-off':
        return `${problem.flag} is on or off.`;
      case 'no-value':
        return problem.choices.length === 0
          ? `${problem.flag} needs a value.`
          : `${problem.flag} needs a value: ${or(problem.choices)}.`;
      case 'takes-no-text':
        return `${problem.command} takes no text: leave out "${problem.said}".`;
      case 'no-such-flag': {
        const known = problem.flags.length === 0 ? `${problem.command} has none` : `There are ${and(problem.flags)}`;
        return `There is no option ${problem.flag}. ${known}.`;
      }
    }
  },

  picture(problem: PictureProblem): string {
    switch (problem.kind) {
      case 'empty':
        return 'The file is empty; send a JPEG, PNG or WebP picture.';
      case 'too-heavy':
        return `The file is larger than ${megabytes(problem.mostBytes)}; send a smaller picture.`;
      case 'not-a-picture':
        return `The file is ${fileKinds[problem.what]}, not a picture; send a JPEG, PNG or WebP.`;
      case 'wrong-format':
        return `The file is ${fileKinds[problem.what]}, which cannot be used; save it as JPEG, PNG or WebP first.`;
      case 'unreadable-heic':
        return 'This HEIC picture cannot be read here; send it as JPEG instead.';
      case 'damaged':
        return 'The picture is damaged or cut off; save it again and send the whole file.';
      case 'stowaway':
        return `The file is a picture with ${fileKinds[problem.what]} hidden inside; save it again as a plain JPEG or PNG.`;
      case 'too-many-pixels':
        return `The picture is ${problem.width} × ${problem.height}, which is too large to open; scale it down to ${problem.mostSide} pixels or less on the long side.`;
      case 'too-small':
        return `The picture is ${problem.width} × ${problem.height}, which is too small; its short side needs at least ${problem.leastSide} pixels, and over 300 look better.`;
      case 'too-wide':
        return `The picture is ${problem.width} × ${problem.height}, which is too wide; crop it to at most ${number(problem.most)} times as wide as high.`;
      case 'too-tall':
        return `The picture is ${problem.width} × ${problem.height}, which is too tall; crop it to at most ${number(problem.most)} times as high as wide.`;
      case 'stays-too-heavy':
        return 'The picture stays too heavy however it is saved; send a smaller or simpler one.';
      case 'not-an-address':
        return 'That is not the address of a picture; send an https link or attach the file.';
      case 'not-https':
        return 'Only https links can be opened; send one of those or attach the picture.';
      case 'not-public':
        return 'That address is not on the open internet; attach the picture instead.';
      case 'not-handed-out':
        return `The site did not hand out the picture (HTTP ${problem.status}); attach it instead.`;
      case 'too-slow':
        return 'The picture took too long to arrive; attach it instead.';
      case 'not-fetched':
        return 'The picture could not be fetched from that link; attach it instead.';
    }
  },

  obstacle(obstacle: Obstacle): string {
    switch (obstacle.kind) {
      case 'not-sold': {
        const instead = obstacle.instead.map(({ model, resolution }) =>
          resolution === undefined ? model : `${model} in ${resolution}`,
        );
        return `${obstacle.provider} does not sell ${obstacle.model}; from a picture it renders ${or(instead)}.`;
      }
      case 'not-known-to-sell':
        return `${obstacle.provider} is not known to sell ${obstacle.model}; it takes requests for ${or(obstacle.others)}.`;
      case 'picture-only':
        return `${obstacle.provider} renders ${obstacle.model} from a picture only; add one, or take ${or(obstacle.others)}.`;
      case 'not-from-source': {
        const { fromText, fromPicture } = obstacle;
        const from = obstacle.source === 'text' ? 'text' : 'a picture';
        const parts = [
          ...(fromText.length > 0 ? [`${fromText.join(', ')} from text`] : []),
          ...(fromPicture.length > 0 ? [`${fromPicture.join(', ')} from a picture`] : []),
        ];
        const range =
          parts.length === 0
            ? 'at present it offers no Hailuo model that this bot understands'
            : `it does ${and(parts)}`;
        return `${obstacle.provider} does not render ${obstacle.model} from ${from}; ${range}.`;
      }
      case 'other-renders': {
        const renders = obstacle.renders.map(({ seconds, resolution }) => `${seconds} seconds in ${resolution}`);
        return `${sources[obstacle.source]}, ${obstacle.provider} renders ${obstacle.model} as ${or(renders)}.`;
      }
      case 'other-lengths':
        return `${obstacle.provider} cannot be asked for ${obstacle.seconds} seconds; it takes requests for ${or(obstacle.can)} seconds only.`;
      case 'other-resolutions':
        return `${obstacle.provider} cannot be asked for ${obstacle.resolution}; it takes requests for ${or(obstacle.can)}.`;
      case 'no-last-picture': {
        const instead = obstacle.others.length === 0 ? 'leave out the one to end on' : `${and(obstacle.others)} can`;
        return `${obstacle.provider} cannot end a ${obstacle.model} clip on a picture; ${instead}.`;
      }
      case 'not-known-to-end':
        return `${obstacle.provider} is not known to end a clip on a picture; it takes a first picture only.`;
      case 'last-picture-alone':
        return `${obstacle.provider} needs a picture to start from as well when there is one to end on.`;
      case 'picture-formats':
        return `${obstacle.provider} takes ${and(obstacle.formats)} pictures only; save this one as ${or(obstacle.formats)}.`;
      case 'no-way-for-picture':
        return `${obstacle.provider} cannot be given this picture here; another provider or a smaller JPEG may do.`;
      case 'all-away':
        return 'Nobody can render this right now; whoever runs this bot has been told. Try again later.';
    }
  },

  note(note: OfferNote): string {
    switch (note.kind) {
      case 'version-unsaid': {
        const unsaid = `${note.provider} does not say which Hailuo version, length or size it renders`;
        const prompt = note.isPromptRewritingUnsaid ? ', nor whether it rewrites the prompt' : '';
        return `${unsaid}${prompt}; the clip may differ from what was asked for.`;
      }
      case 'length-contradicted':
        return `${note.provider}’s own page speaks of ${note.said} seconds here; MiniMax makes such clips ${note.seconds} seconds long.`;
      case 'resolution-unsaid':
        return `${note.provider} does not say in which resolution it renders ${note.model}; elsewhere it is ${note.elsewhere}.`;
    }
  },
} as const;
