// Readers of what comes from elsewhere: what fits is taken over, and what does not is left out. None of them throws.

/** The value as a `T`, or `undefined` when it is none. */
export type Reader<T> = (value: unknown) => T | undefined;

type OptionalKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** A reader for each member that must be there. */
type Needed<T> = { [K in Exclude<keyof T, OptionalKeys<T>>]: Reader<T[K]> };

/** A reader for each member that may be there. */
type Optional<T> = { [K in OptionalKeys<T>]-?: Reader<Exclude<T[K], undefined>> };

export const anything: Reader<unknown> = (value) => value;

export const text: Reader<string> = (value) => (typeof value === 'string' ? value : undefined);

/** A text, or a number written out: servers in Python and models mix them up. */
export const words: Reader<string> = (value) => (typeof value === 'number' ? String(value) : text(value));

export const number: Reader<number> = (value) => (typeof value === 'number' ? value : undefined);

export const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);

export const record: Reader<Record<string, unknown>> = (value) => (isRecord(value) ? value : undefined);

/** One of these texts. */
export function oneOf<const T extends string>(...texts: readonly T[]): Reader<T> {
  return (value) => texts.find((text) => text === value);
}

/** A list without those of its elements that do not fit. */
export function list<T>(each: Reader<T>): Reader<T[]> {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const fitting: T[] = [];
    for (const element of value) {
      const read = each(element);
      if (read !== undefined) fitting.push(read);
    }
    return fitting;
  };
}

/** An object without those of its members that do not fit. */
export function map<T>(each: Reader<T>): Reader<Record<string, T>> {
  return (value) => {
    if (!isRecord(value)) return undefined;
    const fitting: [string, T][] = [];
    for (const [key, member] of Object.entries(value)) {
      const read = each(member);
      if (read !== undefined) fitting.push([key, read]);
    }
    // Unlike assignment, this makes a member of what is called `__proto__`.
    return Object.fromEntries(fitting);
  };
}

/** What the first reader that can makes of a value. */
export function first<T extends readonly unknown[]>(...readers: { [K in keyof T]: Reader<T[K]> }): Reader<T[number]> {
  return (value) => {
    for (const reader of readers) {
      const read = reader(value);
      if (read !== undefined) return read;
    }
    return undefined;
  };
}

/** A stand-in for what does not fit or is not there. */
export function or<T, F extends T>(reader: Reader<T>, fallback: F): Reader<T> & ((value: unknown) => T) {
  return (value) => reader(value) ?? fallback;
}

/** An object with all that it needs, and of the rest what fits. Members of other names are left out. */
export function object<T extends object>(needed: Needed<T>, optional?: Optional<T>): Reader<T> {
  const needs = Object.entries<Reader<unknown>>(needed);
  const takes = Object.entries<Reader<unknown>>(optional ?? {});
  return (value) => {
    if (!isRecord(value)) return undefined;
    const read: Record<string, unknown> = {};
    for (const [key, reader] of needs) {
      const member = reader(value[key]);
      if (member === undefined) return undefined;
      read[key] = member;
    }
    take(takes, value, read);
    // The one cast: TypeScript cannot follow an object that is made member by member from a table.
    return read as T;
  };
}

/** The members of an object that fit, all of which may be missing. */
export function members<T extends object>(optional: Optional<T>): (value: Readonly<Record<string, unknown>>) => Partial<T> {
  const takes = Object.entries<Reader<unknown>>(optional);
  return (value) => {
    const read: Partial<T> = {};
    take(takes, value, read);
    return read;
  };
}

function take(takes: [string, Reader<unknown>][], from: Readonly<Record<string, unknown>>, into: object): void {
  for (const [key, reader] of takes) {
    const value = from[key];
    if (value === undefined || value === null) continue;
    const member = reader(value);
    if (member !== undefined) Object.assign(into, { [key]: member });
  }
}

/** Objects that their `type` tells apart; `unknown` reads those of other types. */
export function tagged<T extends { type: string }>(variants: {
  [K in T['type']]: Reader<Extract<T, { type: K }>>;
}, unknown?: Reader<T>): Reader<T> {
  const readers = new Map(Object.entries<Reader<T>>(variants));
  return (value) => {
    if (!isRecord(value) || typeof value.type !== 'string') return undefined;
    return (readers.get(value.type) ?? unknown)?.(value);
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
