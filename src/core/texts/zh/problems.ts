/** Why something cannot be had, and what can, in Chinese. */
import type { FileKind } from '../../picture-problem.ts';
import type { ClipSource } from '../../problems.ts';
import type { problems as english } from '../en/problems.ts';
import type { Wording } from '../wording.ts';
import { formats } from './formats.ts';

const { and, or, megabytes, number } = formats;

const fileKinds: Record<FileKind, string> = {
  'TIFF picture': 'TIFF 图片',
  'JPEG XL picture': 'JPEG XL 图片',
  'JPEG 2000 picture': 'JPEG 2000 图片',
  'Photoshop document': 'Photoshop 文档',
  'icon file': '图标文件',
  'BMP picture': 'BMP 图片',
  'SVG drawing': 'SVG 图形',
  'PDF document': 'PDF 文档',
  'ZIP archive or office document': 'ZIP 压缩包或办公文档',
  'ZIP archive': 'ZIP 压缩包',
  'RAR archive': 'RAR 压缩包',
  '7-Zip archive': '7-Zip 压缩包',
  'gzip archive': 'gzip 压缩包',
  'WebM or Matroska video': 'WebM 或 Matroska 视频',
  'Ogg file': 'Ogg 文件',
  'MP3 file': 'MP3 文件',
  'AVI video': 'AVI 视频',
  'RIFF file': 'RIFF 文件',
  'QuickTime video': 'QuickTime 视频',
  'MP4 video': 'MP4 视频',
  'Windows program': 'Windows 程序',
  program: '程序',
  script: '脚本',
  'web page': '网页',
  'text file': '文本文件',
  'unknown kind': '未知类型的文件',
};

const sources: Record<ClipSource, string> = {
  text: '从文字',
  picture: '从图片',
  'two-pictures': '在两张图片之间',
};

/** Sentence by sentence as in English. */
export const problems: Wording<typeof english> = {
  request(problem) {
    switch (problem.kind) {
      case 'no-prompt':
        return '请说明短片里要发生什么。';
      case 'prompt-too-long':
        return `提示词最多 ${number(problem.most)} 个字符。`;
      case 'prompt-not-text':
        return '提示词中有不是文字的字符。请以纯文本重新输入。';
      case 'no-room-for-camera':
        return `在前面加上 [${problem.camera}] 后，提示词超过 ${number(problem.most)} 个字符：请缩短 ${number(problem.over)} 个字符。`;
      case 'unknown-movement':
        return problem.nearest === null
          ? `[${problem.written}] 不是运镜；可用的有 ${and(problem.movements)}。其他文字请用圆括号。`
          : `[${problem.written}] 不是运镜。你是指 [${problem.nearest}] 吗？`;
      case 'too-many-movements':
        return `[${problem.written}] 里的运镜太多：一个方括号最多 ${problem.most} 个。`;
      case 'unknown-provider': {
        const name = problem.written === null ? '叫这个名字的' : `“${problem.written}”这个`;
        return `这里没有${name}服务商。请选择 ${or(problem.providers)}，或者不填。`;
      }
      case 'unknown-option':
        return `没有 ${or(problem.written)} 这个选项。可用的有 ${and(problem.options)}。`;
      case 'not-a-choice':
        return `${problem.option} 只能是 ${or(problem.choices)}。`;
      case 'not-a-switch':
        return `${problem.option} 只能是 on（开）或 off（关）。`;
      case 'not-a-picture':
        return `${problem.option} 是图片：请附上一张，或给出它的地址。`;
      case 'unreadable':
        return `无法识别 ${problem.option}。`;
      case 'wrong-resolution':
        return `${problem.model} 渲染 ${or(problem.can)}。要 ${problem.resolution}，请选择 ${or(problem.others)}。`;
      case 'too-long-for-1080p':
        return `1080P 的短片长 ${problem.most} 秒。要 ${problem.seconds} 秒，请选择 768P。`;
      case 'wrong-length':
        return `${problem.model} 制作 ${or(problem.can)} 秒的短片。`;
      case 'needs-picture':
        return `${problem.model} 让图片动起来：请附上一张图片，或选择 ${or(problem.others)}。`;
      case 'no-last-picture':
        return `${problem.model} 不接受结尾图片。需要的话，请选择 ${or(problem.others)}。`;
      case 'last-picture-alone':
        return '有结尾图片就需要开头图片：请把它也附上。';
      case '512p-needs-picture':
        return '512P 用于让图片动起来：请附上一张图片，或选择 768P。';
      case '512p-not-between':
        return '在两张图片之间没有 512P：请选择 768P。';
    }
  },

  typing(problem) {
    switch (problem.kind) {
      case 'no-such-command':
        return `没有这个命令。可用的有 ${and(problem.commands)}。`;
      case 'not-on-or-off':
        return `${problem.flag} 只能是 on（开）或 off（关）。`;
      case 'no-value':
        return problem.choices.length === 0
          ? `${problem.flag} 需要一个值。`
          : `${problem.flag} 需要一个值：${or(problem.choices)}。`;
      case 'takes-no-text':
        return `${problem.command} 不接受文字：请去掉“${problem.said}”。`;
      case 'no-such-flag': {
        const known = problem.flags.length === 0 ? `${problem.command} 没有选项` : `可用的有 ${and(problem.flags)}`;
        return `没有 ${problem.flag} 这个选项。${known}。`;
      }
    }
  },

  picture(problem) {
    switch (problem.kind) {
      case 'empty':
        return '文件是空的；请发送 JPEG、PNG 或 WebP 图片。';
      case 'too-heavy':
        return `文件大于 ${megabytes(problem.mostBytes)}；请发送小一些的图片。`;
      case 'not-a-picture':
        return `这个文件是${fileKinds[problem.what]}，不是图片；请发送 JPEG、PNG 或 WebP。`;
      case 'wrong-format':
        return `这个文件是${fileKinds[problem.what]}，无法使用；请先保存为 JPEG、PNG 或 WebP。`;
      case 'unreadable-heic':
        return '这里无法读取这张 HEIC 图片；请以 JPEG 发送。';
      case 'damaged':
        return '图片已损坏或不完整；请重新保存并发送整个文件。';
      case 'stowaway':
        return `这张图片里藏着${fileKinds[problem.what]}；请重新保存为普通的 JPEG 或 PNG。`;
      case 'too-many-pixels':
        return `图片为 ${problem.width} × ${problem.height}，太大而无法打开；请将长边缩小到 ${problem.mostSide} 像素以内。`;
      case 'too-small':
        return `图片为 ${problem.width} × ${problem.height}，太小；短边至少要 ${problem.leastSide} 像素，超过 300 效果更好。`;
      case 'too-wide':
        return `图片为 ${problem.width} × ${problem.height}，太宽；请裁剪到宽度不超过高度的 ${number(problem.most)} 倍。`;
      case 'too-tall':
        return `图片为 ${problem.width} × ${problem.height}，太高；请裁剪到高度不超过宽度的 ${number(problem.most)} 倍。`;
      case 'stays-too-heavy':
        return '无论怎样保存，图片都太大；请发送更小或更简单的图片。';
      case 'not-an-address':
        return '这不是图片的地址；请发送 https 链接或附上文件。';
      case 'not-https':
        return '只能打开 https 链接；请发送这样的链接或附上图片。';
      case 'not-public':
        return '这个地址不在公共互联网上；请直接附上图片。';
      case 'not-handed-out':
        return `网站没有给出图片（HTTP ${problem.status}）；请直接附上图片。`;
      case 'too-slow':
        return '图片传送得太慢；请直接附上图片。';
      case 'not-fetched':
        return '无法从这个链接取得图片；请直接附上图片。';
    }
  },

  obstacle(obstacle) {
    switch (obstacle.kind) {
      case 'not-sold': {
        const instead = obstacle.instead.map(({ model, resolution }) =>
          resolution === undefined ? model : `${model}（${resolution}）`,
        );
        return `${obstacle.provider} 不提供 ${obstacle.model}；从图片可以用 ${or(instead)}。`;
      }
      case 'not-known-to-sell':
        return `不清楚 ${obstacle.provider} 是否提供 ${obstacle.model}；可以请求 ${or(obstacle.others)}。`;
      case 'picture-only':
        return `${obstacle.provider} 的 ${obstacle.model} 只能从图片渲染；请加上一张图片，或使用 ${or(obstacle.others)}。`;
      case 'not-from-source': {
        const { fromText, fromPicture } = obstacle;
        const from = obstacle.source === 'text' ? '从文字' : '从图片';
        const parts = [
          ...(fromText.length > 0 ? [`从文字的 ${fromText.join('、')}`] : []),
          ...(fromPicture.length > 0 ? [`从图片的 ${fromPicture.join('、')}`] : []),
        ];
        const range = parts.length === 0 ? '目前没有本机器人能识别的 Hailuo 模型' : `可用的有${and(parts)}`;
        return `${obstacle.provider} 不能${from}渲染 ${obstacle.model}；${range}。`;
      }
      case 'other-renders': {
        const renders = obstacle.renders.map(({ seconds, resolution }) => `${resolution} ${seconds} 秒`);
        return `${sources[obstacle.source]}，${obstacle.provider} 的 ${obstacle.model} 可以渲染 ${or(renders)}。`;
      }
      case 'other-lengths':
        return `不能向 ${obstacle.provider} 请求 ${obstacle.seconds} 秒，只能请求 ${or(obstacle.can)} 秒。`;
      case 'other-resolutions':
        return `不能向 ${obstacle.provider} 请求 ${obstacle.resolution}，只能请求 ${or(obstacle.can)}。`;
      case 'no-last-picture': {
        const instead = obstacle.others.length === 0 ? '请去掉结尾图片' : `${and(obstacle.others)} 可以`;
        return `${obstacle.provider} 不能让 ${obstacle.model} 的短片以图片结尾；${instead}。`;
      }
      case 'not-known-to-end':
        return `不清楚 ${obstacle.provider} 能否让短片以图片结尾；它只接受开头图片。`;
      case 'last-picture-alone':
        return `有结尾图片时，${obstacle.provider} 还需要开头图片。`;
      case 'picture-formats':
        return `${obstacle.provider} 只接受 ${and(obstacle.formats)} 图片；请把这张保存为其中一种。`;
      case 'no-way-for-picture':
        return `从这里无法把这张图片交给 ${obstacle.provider}；换一个服务商或更小的 JPEG 也许可以。`;
      case 'all-away':
        return '现在没有谁能渲染这个，机器人的运营者已收到通知。请稍后再试。';
    }
  },

  note(note) {
    switch (note.kind) {
      case 'version-unsaid': {
        const prompt = note.isPromptRewritingUnsaid ? '，也没有说明是否改写提示词' : '';
        return `${note.provider} 没有说明渲染的是哪个 Hailuo 版本、时长和尺寸${prompt}；短片可能与请求的不同。`;
      }
      case 'length-contradicted':
        return `${note.provider} 自己的页面在这里写的是 ${note.said} 秒；MiniMax 制作的这种短片长 ${note.seconds} 秒。`;
      case 'resolution-unsaid':
        return `${note.provider} 没有说明 ${note.model} 以什么分辨率渲染；在别处是 ${note.elsewhere}。`;
    }
  },
};
