import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { LLMock } from '@copilotkit/aimock';

const API_KEY = 'sk-model-server-demo';
/** Milliseconds until the server begins to answer. */
const LATENCY = 60;

const { fixtures } = JSON.parse(readFileSync(new URL('../../examples/chat/fixtures.json', import.meta.url), 'utf8'));

/**
 * A server on this machine that answers in OpenAI's wire format, from the fixtures of the example.
 *
 * @returns the environment that leads the SDK to it, and how to stop it
 */
export async function startModelServer() {
  const server = new LLMock({ port: 0, host: '127.0.0.1', auth: { apiKeys: [API_KEY] } });
  server.addFixturesFromJSON(fixtures);
  server.mount('/v1/chat/completions', { handleRequest: refineCompletion });
  // The server's own embeddings report no tokens.
  server.mount('/v1/embeddings', { handleRequest: answerEmbeddings });
  await server.start();
  return {
    env: { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: API_KEY },
    stop: () => server.stop(),
  };
}

/** Leaves the answer to the server, which takes the totals of a fixture's usage alone, and adds the details. */
async function refineCompletion(_request, response) {
  await delay(LATENCY);
  for (const method of ['write', 'end']) {
    const original = response[method].bind(response);
    response[method] = (text, ...rest) => original(typeof text === 'string' ? addUsageDetails(text) : text, ...rest);
  }
  return false;
}

function addUsageDetails(text) {
  return text.replace(/"usage":(\{[^{}]*\})/, (found, json) => {
    const { prompt_tokens: input, completion_tokens: output } = JSON.parse(json);
    const usages = fixtures.map(({ response }) => response.usage);
    const usage = usages.find((each) => each?.prompt_tokens === input && each.completion_tokens === output);
    return usage === undefined ? found : `"usage":${JSON.stringify(usage)}`;
  });
}

/** API reference, "Create embeddings": base64 is what the SDK asks for by default. */
async function answerEmbeddings(request, response) {
  await delay(LATENCY / 2);
  const { model, input, dimensions = 1536, encoding_format: format } = await readJson(request);
  const texts = [input].flat();
  const data = texts.map((text, index) => ({
    object: 'embedding',
    index,
    embedding: encode(vector(text, dimensions), format),
  }));
  // A token for every four characters is near enough for the texts of the example.
  const tokens = texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0);
  response.writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'req_embedding' });
  response.end(JSON.stringify({ object: 'list', model, data, usage: { prompt_tokens: tokens, total_tokens: tokens } }));
  return true;
}

function vector(text, dimensions) {
  return Float32Array.from({ length: dimensions }, (_, index) => Math.sin(text.length * (index + 1)));
}

function encode(values, format) {
  return format === 'base64' ? Buffer.from(values.buffer).toString('base64') : [...values];
}

async function readJson(request) {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return JSON.parse(body);
}
