/** Everything that a test plants carries this, so that a search for it finds whatever leaked, known place or not. */
export const MARK = 'PLANTED';

/** A secret that says where it was planted. */
export const secret = (place: string): string => `${MARK}-${place}-4f1d9c`;

/** Sound is told by its length where an error quotes it; the others must be told by where they stand. */
const padding = (place: string): string =>
  place === 'input-audio' ? '\u0000\u00ff\u00d7\u0081'.repeat(100) : '\u0000\u00ff';

export const encoded = (place: string): string => Buffer.from(`${padding(place)}${secret(place)}`).toString('base64');

/** Obviously fake. */
export const API_KEY = `sk-${MARK}KeyThatNobodyHas0123456789`;

/** Places of the secrets that a text gives away. */
export function leaks(text: string): string[] {
  const found = new Set<string>();
  for (const [, place] of text.matchAll(/PLANTED-([a-z0-9-]+)-4f1d9c/g)) found.add(place ?? '');
  if (text.includes(API_KEY)) found.add('api-key');
  for (const place of MEDIA) if (text.includes(encoded(place))) found.add(`${place} (base64)`);
  return [...found].sort();
}

/** Media, planted as base64. */
export const MEDIA = [
  'image-url',
  'input-audio',
  'input-file',
  'input-file-plain',
  'response-image',
  'answer-audio',
  'answer-image',
  'generated-image',
] as const;
