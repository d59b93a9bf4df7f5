import {
  type MethodHook,
  type OperationMapping,
  type OperationResponse,
  observeApiPromise,
  recordOperation,
  type Wire,
  wire,
} from '@genai-otel/core';
import { isUsageChunk, withStreamUsage } from './chat-completions/stream-usage.ts';
import { responseMetadata } from './client/response-metadata.ts';
import { deploymentOf, serverOf } from './client/server.ts';
import type { OpenAIInstrumentationConfig } from './config.ts';

export interface MethodOptions {
  /** What the surface is called in the README. */
  surface: string;
  /** The arguments of the method as one object of parameters. Default: the first argument. */
  params?: (args: readonly unknown[]) => Wire;
  /** Whether `injectStreamUsage` applies. */
  streamUsage?: boolean;
}

/**
 * A resource method that answers with an API promise.
 *
 * @param path the class, such as `Chat.Completions`.
 */
export function resourceMethod(
  path: string,
  method: string,
  mapping: OperationMapping<Wire, never>,
  { surface, params: toParams = firstArgument, streamUsage = false }: MethodOptions,
): MethodHook {
  return {
    class: path,
    method,
    surface,
    call: (invocation) =>
      recordOperation(invocation, () => {
        const { args, target, recorder } = invocation;
        const client = (target as { _client?: unknown })._client;
        const wantsUsage = streamUsage && (invocation.config as OpenAIInstrumentationConfig).injectStreamUsage === true;
        const withUsage = wantsUsage ? withStreamUsage(toParams(args)) : undefined;
        const params = withUsage ?? toParams(args);
        const request = mapping.request(params);
        request.model ??= deploymentOf(client);
        return {
          start: {
            operation: mapping.operation,
            kind: mapping.kind,
            composite: mapping.composite,
            server: serverOf(client, recorder.config.providers),
            request,
          },
          args: withUsage && [withUsage, ...args.slice(1)],
          observe: (result, recording) =>
            observeApiPromise(result, recording, {
              respond: (body): OperationResponse => mapping.response((body ?? {}) as never, params),
              fold: () => mapping.stream?.({ captureContent: recording.capturesContent }, params),
              hide: withUsage && isUsageChunk,
              metadata: responseMetadata,
            }),
        };
      }),
  };
}

const firstArgument = (args: readonly unknown[]): Wire => wire.ownData(args[0]);
