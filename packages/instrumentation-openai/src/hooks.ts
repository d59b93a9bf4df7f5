import {
  defineHooks,
  type FileHook,
  guard,
  type HookTable,
  type MethodHook,
  recordRetry,
  wire,
} from '@genai-otel/core';
import { assistantRun } from './assistants/index.ts';
import { speech, transcription } from './audio/index.ts';
import { cancelBatch, createBatch, retrieveBatch } from './batches/index.ts';
import { chatCompletion } from './chat-completions/index.ts';
import { withRecordedTools } from './chat-completions/run-tools.ts';
import { storedCompletion } from './chat-completions/stored.ts';
import { completion } from './completions/index.ts';
import { embedding } from './embeddings/index.ts';
import { image } from './images/index.ts';
import { resourceMethod } from './method.ts';
import { moderation } from './moderations/index.ts';
import { realtimeMethods } from './realtime/hooks.ts';
import { fetchResponse, response } from './responses/index.ts';

/** `retrieve(id, query)`. */
const byId = ([id, query]: readonly unknown[]) => ({ ...wire.ownData(query), id });

/** `runs.create(threadId, body)`, and the helpers on top of it. */
const runOfThread = ([threadId, body]: readonly unknown[]) => ({ ...wire.ownData(body), thread_id: threadId });

/** `submitToolOutputs(runId, { thread_id })` since 5.0, `(threadId, runId, body)` before. */
const runOfOutputs = ([first, second, third]: readonly unknown[]) =>
  typeof second === 'string' ? { ...wire.ownData(third), thread_id: first } : wire.ownData(second);

const batch = { surface: 'Batches' };
const runs = { surface: 'Assistants: runs of threads', params: runOfThread };
const threadRuns = { surface: 'Assistants: runs of threads' };
const toolOutputs = { surface: 'Assistants: runs of threads', params: runOfOutputs };
const chat = { surface: 'Chat completions: create, parse, stream', streamUsage: true };

const runTools: Pick<MethodHook, 'surface' | 'call'> = {
  surface: 'Chat completions: runTools, with a span for each run of a tool',
  call: ({ recorder, target, args, original }) => {
    const body = guard('tools', () => withRecordedTools(args[0], recorder)) ?? args[0];
    return Reflect.apply(original, target, [body, ...args.slice(1)]);
  },
};

/** Everything is reached from the class of the client, whichever entry of the package the application imports. */
const clientMethods: readonly MethodHook[] = [
  // `parse`, `stream` and `runTools` call `create`, so they are one operation each time that they do.
  resourceMethod('Chat.Completions', 'create', chatCompletion, chat),
  { class: 'Chat.Completions', method: 'runTools', ...runTools },
  resourceMethod('Chat.Completions', 'retrieve', storedCompletion, {
    surface: 'Chat completions: stored',
    params: byId,
  }),
  resourceMethod('Responses', 'create', response, { surface: 'Responses: create, parse, stream, background' }),
  resourceMethod('Responses', 'retrieve', fetchResponse, {
    surface: 'Responses: retrieve, also streamed',
    params: byId,
  }),
  resourceMethod('Beta.Responses', 'create', response, { surface: 'Responses: beta' }),
  resourceMethod('Beta.Responses', 'retrieve', fetchResponse, { surface: 'Responses: beta', params: byId }),
  resourceMethod('Completions', 'create', completion, { surface: 'Completions', streamUsage: true }),
  resourceMethod('Embeddings', 'create', embedding, { surface: 'Embeddings' }),
  resourceMethod('Images', 'generate', image, { surface: 'Images: generate, edit, variation' }),
  resourceMethod('Images', 'edit', image, { surface: 'Images: generate, edit, variation' }),
  resourceMethod('Images', 'createVariation', image, { surface: 'Images: generate, edit, variation' }),
  resourceMethod('Audio.Speech', 'create', speech, { surface: 'Audio: speech' }),
  resourceMethod('Audio.Transcriptions', 'create', transcription, { surface: 'Audio: transcription, translation' }),
  resourceMethod('Audio.Translations', 'create', transcription, { surface: 'Audio: transcription, translation' }),
  resourceMethod('Moderations', 'create', moderation, { surface: 'Moderations' }),
  resourceMethod('Batches', 'create', createBatch, batch),
  resourceMethod('Batches', 'retrieve', retrieveBatch, batch),
  resourceMethod('Batches', 'cancel', cancelBatch, batch),
  resourceMethod('Beta.Threads', 'createAndRun', assistantRun, threadRuns),
  resourceMethod('Beta.Threads', 'createAndRunPoll', assistantRun, threadRuns),
  resourceMethod('Beta.Threads.Runs', 'create', assistantRun, runs),
  resourceMethod('Beta.Threads.Runs', 'createAndPoll', assistantRun, runs),
  resourceMethod('Beta.Threads.Runs', 'submitToolOutputs', assistantRun, toolOutputs),
  resourceMethod('Beta.Threads.Runs', 'submitToolOutputsAndPoll', assistantRun, toolOutputs),
  {
    // An attempt that failed is followed by another below the same operation.
    class: '',
    method: 'retryRequest',
    onDefiningClass: true,
    call: ({ target, args, original }) => {
      guard('retry', recordRetry);
      return Reflect.apply(original, target, args);
    },
  },
];

/** The class of the client: the default export of every major, and a named one since 4.0. */
const findClient = (exports: Record<string, unknown>): unknown => exports.OpenAI ?? exports.default ?? exports;

const client = (file: string, versions: string): FileHook => ({
  file,
  versions,
  find: findClient,
  methods: clientMethods,
});

const realtime = (file: string, versions: string): FileHook => ({
  file,
  versions,
  find: (exports) => exports.OpenAIRealtimeWS,
  methods: realtimeMethods,
});

/** Where the `openai` package is entered. */
export const hooks: HookTable = defineHooks({
  package: 'openai',
  versions: '>=4.19.0 <8',
  otherInstrumentations: [
    '@opentelemetry/instrumentation-openai',
    '@elastic/opentelemetry-instrumentation-openai',
    '@traceloop/instrumentation-openai',
    '@arizeai/openinference-instrumentation-openai',
  ],
  files: [
    client('client', '>=5.0.0 <8'),
    // Before 5.0 the class was defined in the entry itself.
    { ...client('index', '>=4.19.0 <5'), isEntry: true },
    {
      // In 4.x the helpers stood under `beta`, and the class of the client does not lead there.
      file: 'resources/beta/chat/completions',
      versions: '>=4.19.0 <5',
      find: (exports) => ({ BetaCompletions: exports.Completions }),
      methods: [{ class: 'BetaCompletions', method: 'runTools', ...runTools }],
    },
    realtime('realtime/ws', '>=5.0.0 <8'),
    realtime('beta/realtime/ws', '>=4.76.0 <8'),
  ],
});
