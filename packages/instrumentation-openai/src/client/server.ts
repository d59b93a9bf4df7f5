import type { Server } from '@genai-otel/core';
import { providerOfUrl } from './provider.ts';

/** What we look at in a client. */
interface Client {
  baseURL?: unknown;
  deploymentName?: unknown;
  constructor?: { name?: string };
  _provider?: { name?: unknown };
}

interface KnownServer {
  baseURL: unknown;
  overrides: ReadonlyMap<string, string>;
  server: Server;
}

const known = new WeakMap<object, KnownServer>();

/**
 * Who a client of the SDK talks to. `OpenAI` with a base URL that tells nothing stays `openai`, the format that is spoken.
 *
 * @param overrides providers by host, from the configuration.
 */
export function serverOf(client: unknown, overrides: ReadonlyMap<string, string>): Server {
  if (typeof client !== 'object' || client === null) return { provider: 'openai' };
  const { baseURL } = client as Client;
  const before = known.get(client);
  if (before && before.baseURL === baseURL && before.overrides === overrides) return before.server;
  const server = describe(client as Client, overrides);
  known.set(client, { baseURL, overrides, server });
  return server;
}

function describe(client: Client, overrides: ReadonlyMap<string, string>): Server {
  if (typeof client.baseURL !== 'string' || !URL.canParse(client.baseURL)) {
    return { provider: providerOfClass(client) ?? 'openai' };
  }
  return serverOfUrl(new URL(client.baseURL), overrides, () => providerOfClass(client));
}

/**
 * Who answers at a URL.
 *
 * @param fallback who it is where neither the configuration nor the host tells
 */
export function serverOfUrl(
  url: URL,
  overrides: ReadonlyMap<string, string>,
  fallback: () => string | undefined = () => undefined,
): Server {
  const override = overrides.get(url.host) ?? overrides.get(url.hostname);
  const isPlain = url.protocol === 'http:' || url.protocol === 'ws:';
  return {
    provider: override ?? providerOfUrl(url) ?? fallback() ?? 'openai',
    // IPv6 addresses stand in brackets in a URL only.
    address: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port ? Number(url.port) : isPlain ? 80 : 443,
  };
}

function providerOfClass(client: Client): string | undefined {
  let type: unknown = client.constructor;
  while (typeof type === 'function') {
    if (type.name === 'AzureOpenAI') return 'azure.ai.openai';
    if (type.name === 'BedrockOpenAI') return 'aws.bedrock';
    type = Object.getPrototypeOf(type);
  }
  return typeof client._provider?.name === 'string' && /bedrock/i.test(client._provider.name)
    ? 'aws.bedrock'
    : undefined;
}

/** The deployment of an Azure client, which stands for the model where a request names none. */
export function deploymentOf(client: unknown): string | undefined {
  const name = (client as Client | undefined)?.deploymentName;
  return typeof name === 'string' ? name : undefined;
}
