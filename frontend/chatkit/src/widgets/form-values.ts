// The values of a form's named controls, and how they join the payload of an action.

export type FormValue = string | boolean | null | undefined;

const UNSAFE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor']);

export class FormValues {
  readonly #values = new Map<string, FormValue>();

  set(name: string, value: FormValue): void {
    this.#values.set(name, value);
  }

  get(name: string): FormValue {
    return this.#values.get(name);
  }

  delete(name: string): void {
    this.#values.delete(name);
  }

  entries(): Record<string, FormValue> {
    return Object.fromEntries(this.#values);
  }
}

export interface Merged {
  payload: unknown;
  /** Names that the payload already had. Their form values were dropped. */
  collisions: string[];
}

/**
 * Adds values to a payload. A dotted name nests: `todo.title` gives `{todo: {title}}`. Existing keys of the payload
 * win. A payload that is not an object cannot hold values and stays as it is.
 */
export function mergeValues(payload: unknown, values: Readonly<Record<string, FormValue>>): Merged {
  const collisions: string[] = [];
  const names = Object.keys(values);
  if (names.length === 0) return { payload, collisions };
  if (payload !== undefined && payload !== null && !isObject(payload)) return { payload, collisions: names };
  const merged = structuredClone(payload ?? {}) as Record<string, unknown>;
  for (const name of names) {
    const value = values[name];
    if (value === undefined) continue;
    if (!place(merged, name.split('.'), value)) collisions.push(name);
  }
  return { payload: merged, collisions };
}

function place(target: Record<string, unknown>, path: string[], value: FormValue): boolean {
  if (path.some((key) => key === '' || UNSAFE_KEYS.has(key))) return false;
  let at = target;
  for (const key of path.slice(0, -1)) {
    if (!Object.hasOwn(at, key)) at[key] = {};
    const next = at[key];
    if (!isObject(next)) return false;
    at = next;
  }
  const last = path.at(-1);
  if (last === undefined || Object.hasOwn(at, last)) return false;
  at[last] = value;
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
