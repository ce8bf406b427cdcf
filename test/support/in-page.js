/**
 * What runs inside the page under test. Plain JavaScript, because the types of a browser's globals would leak into
 * the program's own; each function is sent over as its text and so stands alone.
 */

/** Pastes or drops a picture on an element, as a person would. */
export function handOver({ selector, base64, type, name }) {
  const data = new DataTransfer();
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  data.items.add(new File([bytes], name, { type: 'image/png' }));
  const event =
    type === 'paste'
      ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
      : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector(selector).dispatchEvent(event);
}

/** Brings a file over the page without letting it go. */
export function dragOver() {
  const data = new DataTransfer();
  data.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
  document.body.dispatchEvent(new DragEvent('dragenter', { dataTransfer: data, bubbles: true }));
}

export const isFocused = (element) => element === document.activeElement;
export const naturalWidth = (image) => image.naturalWidth;
export const progressValue = (bar) => bar.value;
export const currentTime = (player) => player.currentTime;
export const sidewaysOverflow = (box) => box.scrollWidth - box.clientWidth;

export function scrollToTop(box) {
  box.scrollTop = 0;
}

/** Without sound a browser lets a page play by itself. */
export async function playMuted(player) {
  player.muted = true;
  await player.play();
}

/** What a screen reader could not call by a name. */
export function findNameless() {
  return [...document.querySelectorAll('button, a, input, textarea, select, img, video, progress, nav, aside, main')]
    .filter((element) => element.checkVisibility() && !element.closest('[aria-hidden="true"]'))
    .filter((element) => {
      const name = element.getAttribute('aria-label') ?? element.getAttribute('alt') ?? element.textContent;
      return name.trim() === '' && !element.hasAttribute('aria-labelledby') && element.getAttribute('alt') !== '';
    })
    .map((element) => element.outerHTML.slice(0, 120));
}

export function findDoubleIds() {
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}

export function nameOfFocused() {
  const { activeElement } = document;
  return activeElement.getAttribute('aria-label') || activeElement.textContent.trim();
}

/** Visible text whose contrast with what lies behind it is under 4.5 to 1. */
export function findFaintText() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const toRgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const luminance = (rgb) => {
    const [red = 0, green = 0, blue = 0] = rgb.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    if (element === null) return [255, 255, 255, 1];
    const own = toRgb(getComputedStyle(element).backgroundColor);
    const share = own[3] ?? 0;
    if (share >= 0.99) return own;
    const under = behind(element.parentElement);
    return [0, 1, 2].map((at) => (own[at] ?? 0) * share + (under[at] ?? 0) * (1 - share)).concat(1);
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent.trim();
    if (text === '' || element === null || !element.checkVisibility({ opacityProperty: true })) continue;
    if (element.closest('.unseen, .skip, script')) continue;
    const [one, two] = [luminance(toRgb(getComputedStyle(element).color)), luminance(behind(element))];
    const contrast = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (contrast < 4.5) faint.push(`${text.slice(0, 30)}: ${contrast.toFixed(2)}`);
  }
  return faint;
}
