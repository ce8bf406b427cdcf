/** Time that stands still until it is moved: what the world, the doubles and the providers tell it by, all together. */

/** Whoever moves it decides when the alarms ring: moving alone sets nothing off. */
export interface HandClock {
  now(): Date;
  pass(ms: number): void;
  /** As `setTimeout`; @returns what takes it back */
  after(ms: number, act: () => unknown): () => void;
  /** When the earliest alarm is due; undefined: none is set. */
  next(): Date | undefined;
  /** Sets off what is due, earliest first, one when the other is over. */
  ring(): Promise<void>;
}

export function createHandClock(start = '2026-11-21T12:00:00Z'): HandClock {
  let time = Date.parse(start);
  const alarms = new Set<{ readonly at: number; readonly act: () => unknown }>();
  const earliest = () => [...alarms].toSorted((one, other) => one.at - other.at)[0];

  return {
    now: () => new Date(time),
    pass(ms) {
      time += ms;
    },
    after(ms, act) {
      const alarm = { at: time + ms, act };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
    next() {
      const alarm = earliest();
      return alarm && new Date(alarm.at);
    },
    async ring() {
      for (let alarm = earliest(); alarm !== undefined && alarm.at <= time; alarm = earliest()) {
        alarms.delete(alarm);
        await alarm.act();
      }
    },
  };
}
