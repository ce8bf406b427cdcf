/** For a locator's `evaluate`. */
export function isFocused(element: unknown): boolean;
export function naturalWidth(image: unknown): number;
export function progressValue(bar: unknown): number;
export function currentTime(player: unknown): number;
export function sidewaysOverflow(box: unknown): number;
export function scrollToTop(box: unknown): void;
export function playMuted(player: unknown): Promise<void>;
/** For a page's `evaluate`. */
export function handOver(what: { selector: string; base64: string; type: 'paste' | 'drop'; name: string }): void;
export function dragOver(): void;
/** Their markup, shortened. */
export function findNameless(): string[];
export function findDoubleIds(): string[];
export function nameOfFocused(): string;
/** Each with its contrast. */
export function findFaintText(): string[];
