import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ContentPolicy } from '../../src/content/index.ts';
import { imageBase64, imageBytes } from './fixtures.ts';

const sha256 = createHash('sha256').update(imageBytes).digest('hex');
const described = `sha256:${sha256};size=300`;
const policy = new ContentPolicy();

describe('binary media', () => {
  it('in a blob part becomes size and hash of the decoded bytes, however short', () => {
    const tiny = { type: 'blob', modality: 'audio', mime_type: 'audio/wav', content: 'UklGRg==' };
    const tinyHash = createHash('sha256').update('RIFF').digest('hex');
    expect(policy.structured([tiny])).toEqual([
      { ...tiny, content: `sha256:${tinyHash};size=4`, sha256: tinyHash, size: 4 },
    ]);
    for (const content of [imageBase64, imageBytes, `data:image/png;base64,${imageBase64}`]) {
      expect(policy.structured([{ type: 'blob', modality: 'image', content }])).toEqual([
        { type: 'blob', modality: 'image', content: described, sha256, size: 300 },
      ]);
    }
  });

  it('in bytes of any kind becomes size and hash', () => {
    const exact = imageBytes.buffer.slice(imageBytes.byteOffset, imageBytes.byteOffset + 300);
    for (const bytes of [imageBytes, new Uint8Array(imageBytes), exact, new DataView(exact)]) {
      expect(policy.json({ bytes })).toBe(JSON.stringify({ bytes: described }));
    }
  });

  it('in data URLs becomes type, size and hash, inside text, JSON text and error messages too', () => {
    const url = `data:image/png;base64,${imageBase64}`;
    const expected = `${described};mime_type=image/png`;
    expect(policy.structured({ url })).toEqual({ url: expected });
    expect(policy.structured([`see ![x](${url}) and "${url}".`])).toEqual([`see ![x](${expected}) and "${expected}".`]);
    expect(policy.json({ args: JSON.stringify({ url }) })).toBe(
      JSON.stringify({ args: JSON.stringify({ url: expected }) }),
    );
    expect(policy.text(`Invalid image: ${url}`)).toBe(`Invalid image: ${expected}`);
    expect(policy.structured('data:text/plain,hello%20world')).toMatch(/^sha256:[0-9a-f]{64};size=11;mime_type=text/);
  });

  it('in the base64 fields of SDKs and in long strings anywhere becomes size and hash', () => {
    const wrapped = imageBase64.replace(/.{76}/g, '$&\r\n');
    expect(policy.structured({ a: imageBase64, b: [wrapped], c: `<img>${imageBase64}</img>` })).toEqual({
      a: described,
      b: [described],
      c: `<img>${described}</img>`,
    });
    const short = { type: 'base64', media_type: 'image/png', data: 'iVBORw0K' };
    expect(policy.json({ source: short, image: { b64_json: 'iVBORw0K' } })).not.toContain('iVBORw0K');
  });

  it('is not seen in what only resembles it', () => {
    const texts = [
      'a'.repeat(1000),
      'deadbeef01'.repeat(100),
      'word '.repeat(200),
      '/Usr1/Some_dir/'.repeat(40),
      'the data: is here, see below',
    ];
    expect(policy.structured(texts)).toEqual(texts);
  });

  it('is found wherever in a long text it stands', () => {
    for (let lead = 0; lead < 600; lead += 7) {
      const text = policy.text(`${'. '.repeat(lead)}${imageBase64} ${'. '.repeat(600 - lead)}`);
      expect(text).toContain(described);
      expect(text).not.toContain(imageBase64.slice(0, 20));
    }
  });
});
