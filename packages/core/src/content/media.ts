import { endOfBase64, endOfPadding, findBase64Run, isBase64, isWrappedBase64, SHORTEST_BASE64_RUN } from './base64.ts';
import { crypto } from './crypto.ts';

/** What remains of binary data: enough to recognise it, nothing to rebuild it. */
export interface MediaDescription {
  mimeType?: string;
  /** Bytes of the decoded data. */
  size: number;
  /** Hexadecimal SHA-256 of the decoded data. */
  sha256: string;
}

const DESCRIPTION = /^sha256:([0-9a-f]{64});size=(\d+)(?:;mime_type=(\S+))?$/;
const DATA_URL = /data:([a-z0-9!#$&^_.+-]{1,80}\/[a-z0-9!#$&^_.+-]{1,80})?((?:;[^;,\s"'<>\\]{0,120}){0,5}),/gi;
const END_OF_URL = /[\s"'<>()\\]/g;

export function describeBytes(bytes: Uint8Array, mimeType?: string): MediaDescription {
  const description: MediaDescription = { size: bytes.byteLength, sha256: crypto().hash('sha256', bytes) };
  if (mimeType !== undefined) description.mimeType = mimeType;
  return description;
}

/** `sha256:<hex>;size=<bytes>`, then `;mime_type=<type>` where it is known. */
export function formatDescription({ mimeType, size, sha256 }: MediaDescription): string {
  const known = `sha256:${sha256};size=${size}`;
  return mimeType === undefined ? known : `${known};mime_type=${mimeType}`;
}

export function parseDescription(text: string): MediaDescription | undefined {
  const match = DESCRIPTION.exec(text);
  if (match === null) return undefined;
  const description: MediaDescription = { size: Number(match[2]), sha256: match[1] as string };
  if (match[3] !== undefined) description.mimeType = match[3];
  return description;
}

/** Describes the text of a field that is known to hold media: base64, or a data URL. */
export function describeMedia(text: string): MediaDescription {
  const described = parseDescription(text);
  if (described !== undefined) return described;
  DATA_URL.lastIndex = 0;
  const header = DATA_URL.exec(text);
  if (header?.index === 0) return describeDataUrl(header, text.slice(header[0].length));
  const isEncoded = isBase64(text) || isWrappedBase64(text);
  return describeBytes(Buffer.from(text, isEncoded ? 'base64' : 'utf8'));
}

/** Whether {@link replaceMedia} could change this text; short text is only looked at if it starts as a data URL. */
export function mayHoldMedia(text: string): boolean {
  if (text.length < SHORTEST_BASE64_RUN) return /^data:/i.test(text);
  return findBase64Run(text, 0) !== undefined || isWrappedBase64(text) || /data:[^\s,]{0,200},/i.test(text);
}

/** Replaces data URLs and long runs of base64 with their descriptions. */
export function replaceMedia(text: string): string {
  if (!mayHoldMedia(text)) return text;
  if (isWrappedBase64(text)) return formatDescription(describeMedia(text));
  return replaceBase64Runs(replaceDataUrls(text));
}

function replaceDataUrls(text: string): string {
  let result = '';
  let copied = 0;
  DATA_URL.lastIndex = 0;
  for (let header = DATA_URL.exec(text); header !== null; header = DATA_URL.exec(text)) {
    const start = header.index + header[0].length;
    const end = endOfPayload(text, start, header);
    if (end === start || (header[1] === undefined && !isBase64Header(header))) continue;
    const description = describeDataUrl(header, text.slice(start, end));
    result += text.slice(copied, header.index) + formatDescription(description);
    copied = end;
    DATA_URL.lastIndex = end;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

function replaceBase64Runs(text: string): string {
  let result = '';
  let copied = 0;
  for (let run = findBase64Run(text, 0); run !== undefined; run = findBase64Run(text, copied)) {
    const bytes = Buffer.from(text.slice(run.start, run.end), 'base64');
    result += text.slice(copied, run.start) + formatDescription(describeBytes(bytes));
    copied = run.end;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

const isBase64Header = (header: RegExpExecArray): boolean => /;base64$/i.test(header[2] ?? '');

function describeDataUrl(header: RegExpExecArray, payload: string): MediaDescription {
  const mimeType = header[1]?.toLowerCase() ?? 'text/plain';
  const isEncoded = isBase64Header(header);
  const bytes = isEncoded ? Buffer.from(percentDecode(payload), 'base64') : Buffer.from(percentDecode(payload), 'utf8');
  return describeBytes(bytes, mimeType);
}

function endOfPayload(text: string, start: number, header: RegExpExecArray): number {
  if (isBase64Header(header)) {
    let end = endOfPadding(text, endOfBase64(text, start));
    while (text.charCodeAt(end) === 0x25 && /^[0-9a-f]{2}$/i.test(text.slice(end + 1, end + 3))) {
      end = endOfPadding(text, endOfBase64(text, end + 3));
    }
    return end;
  }
  // Unencoded data may hold spaces and quotes; only a URL that is the whole text can be read to its end.
  if (header.index === 0) return text.length;
  END_OF_URL.lastIndex = start;
  return END_OF_URL.exec(text)?.index ?? text.length;
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
