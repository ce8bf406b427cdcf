/** Buttons that lead back into a command, whichever process hears of the click. Pure. */
import type { ActionsBlock, Button as DrawnButton } from '@slack/types';
import { z } from 'zod';
import type { Button, ButtonAction } from '../../../core/delivery/delivery.ts';
import type { JobId } from '../../../core/values.ts';
import { actions, button } from './blocks.ts';

const known = ['cancel', 'again', 'remix', 'continue', 'retry'] as const satisfies readonly ButtonAction[];

const pressed = z.tuple([
  z.literal('hailuo'),
  z.enum(known),
  z
    .uuid()
    .toLowerCase()
    .transform((id) => id as JobId),
]);

/** `hailuo:<action>:<job id>`, 52 characters of the 255 there are. */
function actionIdOf({ action, job }: Pick<Button, 'action' | 'job'>): string {
  return `hailuo:${action}:${job}`;
}

const styles: Partial<Record<ButtonAction, NonNullable<DrawnButton['style']>>> = { cancel: 'danger', retry: 'primary' };

/** The buttons of a job in one row; of the same one twice the first. Null: none. */
export function drawButtons(buttons: readonly Button[]): ActionsBlock | null {
  return actions(buttons.map(drawButton));
}

/** One of them, to stand beside a text. */
export function drawButton(pressable: Button): DrawnButton {
  const style = styles[pressable.action];
  return button({
    actionId: actionIdOf(pressable),
    label: pressable.label,
    ...(style !== undefined && { style }),
  });
}

/**
 * Null when it is no button of a job. Anything in it may be forged, so the job is whichever somebody likes: the
 * command that is called checks whose it is.
 */
export function readButton(actionId: string): Pick<Button, 'action' | 'job'> | null {
  const read = pressed.safeParse(actionId.split(':'));
  return read.success ? { action: read.data[1], job: read.data[2] } : null;
}
