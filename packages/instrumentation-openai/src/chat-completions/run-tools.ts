import {
  type Invocation,
  observeValue,
  type Recorder,
  recordOperation,
  type Tool,
  type Wire,
  wire,
} from '@genai-otel/core';

type ToolFunction = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Gives `runTools` tools that record their runs. The application's own objects are not touched: what it gave stays what it was.
 *
 * Source: helpers of the SDK, "Automated function calls".
 */
export function withRecordedTools(body: unknown, recorder: Recorder): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const { tools } = body as { tools?: unknown };
  if (!Array.isArray(tools)) return body;
  return override(body, { tools: tools.map((tool) => withRecordedFunction(tool, recorder)) });
}

function withRecordedFunction(tool: unknown, recorder: Recorder): unknown {
  if (typeof tool !== 'object' || tool === null) return tool;
  const { function: definition, $callback: callback } = tool as { function?: unknown; $callback?: unknown };
  const { name, description, function: run } = wire.object(definition);
  const described: Tool = {
    name: wire.string(name) ?? (typeof run === 'function' ? run.name : ''),
    type: 'function',
    description: wire.string(description),
  };
  // A tool made by `zodFunction` keeps its function apart from its definition.
  if (typeof callback === 'function') {
    return override(tool, { $callback: recorded(callback as ToolFunction, described, recorder) });
  }
  if (typeof run !== 'function') return tool;
  const copy = override(definition as object, {});
  // A function that keeps its state on its definition gets the application's, not the copy.
  const self = (target: unknown) => (target === copy ? definition : target);
  Object.defineProperty(copy, 'function', { value: recorded(run as ToolFunction, described, recorder, self) });
  return override(tool, { function: copy });
}

function recorded(
  run: ToolFunction,
  tool: Tool,
  recorder: Recorder,
  self = (target: unknown): unknown => target,
): ToolFunction {
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    const invocation: Invocation = { recorder, target: self(this), args, original: run, config: {} };
    return recordOperation(invocation, () => ({
      start: {
        operation: 'execute_tool',
        kind: 'internal',
        composite: true,
        server: { provider: 'openai' },
        request: {
          tool: { ...tool, callId: callId(args[1], tool.name) },
          toolArguments: () => wire.parsedJson(args[0]),
        },
      },
      observe: (result, recording) => observeValue(result, recording, (value) => ({ toolResult: () => value })),
    }));
  };
  return Object.defineProperty(wrapper, 'name', { value: run.name, configurable: true });
}

/** The id of the call, where the last message asks for this tool just once: the runner itself does not say it. */
function callId(runner: unknown, name: string): string | undefined {
  const calls = wire
    .list(wire.object(runner).messages)
    .map(wire.object)
    .findLast((message) => message.role === 'assistant' && Array.isArray(message.tool_calls))?.tool_calls;
  const mine = wire.list(calls).filter((call) => wire.object(wire.object(call).function).name === name);
  return mine.length === 1 ? wire.string(wire.object(mine[0]).id) : undefined;
}

/** A copy of an object, class, getters, hidden properties and all, with some properties replaced. */
function override(source: object, properties: Wire): object {
  const descriptors = Object.getOwnPropertyDescriptors(source) as PropertyDescriptorMap;
  for (const [name, value] of Object.entries(properties)) {
    descriptors[name] = {
      value,
      writable: true,
      configurable: true,
      enumerable: descriptors[name]?.enumerable ?? true,
    };
  }
  return Object.create(Object.getPrototypeOf(source), descriptors);
}
