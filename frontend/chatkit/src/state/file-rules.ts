// Which files may be attached. Pure, so that a file is refused with a reason before any byte is sent.

import { DEFAULT_MAX_FILE_BYTES, DEFAULT_MAX_FILES } from './options.ts';

export interface FileRules {
  maxSize?: number | Record<string, number>;
  maxCount?: number;
  accept?: Record<string, string[]>;
}

export interface FileFacts {
  name: string;
  type: string;
  size: number;
}

export type Refusal = { reason: 'type' } | { reason: 'size'; limit: number } | { reason: 'empty' };

export function refusal(file: FileFacts, rules: FileRules): Refusal | null {
  if (!isAccepted(file, rules.accept)) return { reason: 'type' };
  if (file.size === 0) return { reason: 'empty' };
  const limit = sizeLimit(file.type, rules.maxSize);
  return file.size > limit ? { reason: 'size', limit } : null;
}

export function maxCount(rules: FileRules): number {
  return rules.maxCount ?? DEFAULT_MAX_FILES;
}

/** The value of a file input's `accept` attribute: all types and extensions. */
export function acceptAttribute(accept: FileRules['accept']): string | undefined {
  if (!accept) return undefined;
  const parts = Object.entries(accept).flatMap(([type, extensions]) => [type, ...extensions]);
  return parts.length > 0 ? parts.join(',') : undefined;
}

/**
 * A file fits an entry when its type matches the pattern, and its extension is listed if any are. A file whose
 * type the system does not know is judged by its extension alone.
 */
function isAccepted({ name, type }: FileFacts, accept: FileRules['accept']): boolean {
  const entries = Object.entries(accept ?? {});
  if (entries.length === 0) return true;
  const lower = name.toLowerCase();
  return entries.some(([pattern, extensions]) => {
    const hasExtension = extensions.some((extension) => lower.endsWith(extension.toLowerCase()));
    if (type === '') return hasExtension;
    return matchesType(type, pattern) && (extensions.length === 0 || hasExtension || !lower.includes('.'));
  });
}

function sizeLimit(type: string, maxSize: FileRules['maxSize']): number {
  if (typeof maxSize === 'number') return maxSize;
  if (!maxSize) return DEFAULT_MAX_FILE_BYTES;
  const exact = maxSize[type];
  if (exact !== undefined) return exact;
  const pattern = Object.keys(maxSize).find((key) => key !== '*' && key !== '' && matchesType(type, key));
  return (pattern === undefined ? (maxSize['*'] ?? maxSize['']) : maxSize[pattern]) ?? DEFAULT_MAX_FILE_BYTES;
}

function matchesType(type: string, pattern: string): boolean {
  if (pattern === '*' || pattern === '*/*' || pattern === '') return true;
  if (pattern.endsWith('/*')) return type.toLowerCase().startsWith(pattern.slice(0, -1).toLowerCase());
  return type.toLowerCase() === pattern.toLowerCase();
}
