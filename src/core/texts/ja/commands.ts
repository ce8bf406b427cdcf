/** What options are called and what commands are for, in Japanese. Commands keep their names: sentences name them. */
import type { commands as english } from '../en/commands.ts';
import type { Wording } from '../wording.ts';

/** Sentence by sentence as in English. */
export const commands: Wording<typeof english> = {
  create: {
    name: 'create',
    description: '言葉から、画像から、または2枚の画像の間のクリップを作ります',
    options: {
      prompt: {
        name: 'プロンプト',
        description: 'クリップで起こること。カメラの動きは[Push in]のように角括弧で',
      },
      image: { name: '画像', description: '最初の画像' },
      last_image: { name: '最後の画像', description: '最後の画像（モデル02）' },
      model: { name: 'モデル', description: 'レンダリングするHailuoモデル' },
      duration: { name: '長さ', description: '長さ（秒）', choices: { 6: '6秒', 10: '10秒' } },
      resolution: { name: '解像度', description: '画面の高さ' },
      camera: { name: 'カメラ', description: 'クリップ全体のカメラの動き' },
      enhance: { name: '補正', description: 'モデルにプロンプトを改善させる' },
      provider: { name: 'プロバイダー', description: 'レンダリングするところ。省くと自動で選ばれます' },
    },
  },
  jobs: { name: 'jobs', description: '作成中と完成済みのあなたのクリップ', options: {} },
  cancel: {
    name: 'cancel',
    description: '作成中のクリップをキャンセルします',
    options: { job: { name: 'クリップ', description: 'どれを。省くと最新のもの' } },
  },
  quota: { name: 'quota', description: '今日の残りと、リセットの時刻', options: {} },
  models: { name: 'models', description: 'どんなモデルがあり、何ができるか', options: {} },
  help: { name: 'help', description: '使い方', options: {} },
};
