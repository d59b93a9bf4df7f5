import { context, type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import { type LoggerProvider, logs } from '@opentelemetry/api-logs';
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';
import { type GenAIInstrumentationConfig, type ResolvedConfig, resolveConfig } from '../configuration.ts';
import { isRecordedByOther } from '../context/other-emitter.ts';
import { guard, warnOnce } from '../guard.ts';
import { Recorder } from '../recording/recorder.ts';
import { type FileHook, type HookTable, type MethodHook, resolvePath } from './hook-table.ts';
import { type MethodSubscriber, wrapMethod } from './wrap-method.ts';

/** What {@link GenAIInstrumentation.hooked} tells of a file that was hooked. */
export interface HookedFile {
  package: string;
  file: string;
  /** Which copy of a dual package. */
  moduleSystem: 'esm' | 'cjs';
  version: string | undefined;
  /** Methods that were found, as `Chat.Completions.create`. */
  methods: string[];
}

/**
 * The instrumentation of one SDK: a table of hooks, and OpenTelemetry's base class under it. Use it with
 * `registerInstrumentations` or a NodeSDK, or give it the SDK's class with {@link instrument} where a bundler has hidden the module.
 *
 * @typeParam Config the options of the instrumentation.
 */
export abstract class GenAIInstrumentation<
  Config extends GenAIInstrumentationConfig = GenAIInstrumentationConfig,
> extends InstrumentationBase<Config> {
  /** Files that were hooked so far. */
  readonly hooked: HookedFile[] = [];

  private readonly subscribers = new Map<MethodHook, MethodSubscriber>();
  private readonly otherInstrumentations: readonly string[];
  private resolved: ResolvedConfig | undefined;
  private recorder: Recorder | undefined;
  private recorderProvider: MeterProvider | undefined;
  private providers: { tracer?: TracerProvider; meter?: MeterProvider; logger?: LoggerProvider } = {};

  protected constructor(name: string, version: string, config: Config) {
    // The base class would enable itself before the fields of this class exist.
    super(name, version, { ...config, enabled: false });
    const options = checkedOptions(config);
    this.otherInstrumentations = this.hooks().otherInstrumentations ?? [];
    this.setConfig(options);
    if (options.enabled !== false) this.enable();
  }

  /** Where the SDK is entered. */
  get hookTable(): HookTable {
    return this.hooks();
  }

  /** The table of the SDK. Called before the fields of a subclass are initialised. */
  protected abstract hooks(): HookTable;

  protected override init(): InstrumentationNodeModuleDefinition[] {
    const table = this.hooks();
    const define = (file: FileHook) => {
      const versions = [file.versions ?? table.versions];
      const patch = this.patchOf(table, file);
      if (file.isEntry) return new InstrumentationNodeModuleDefinition(table.package, versions, patch, keepWrapped);
      const files = ['js', 'mjs'].map(
        (ending) =>
          new InstrumentationNodeModuleFile(`${table.package}/${file.file}.${ending}`, versions, patch, keepWrapped),
      );
      return new InstrumentationNodeModuleDefinition(table.package, [table.versions], undefined, undefined, files);
    };
    return table.files.map(define);
  }

  private patchOf(table: HookTable, file: FileHook) {
    return (exports: Record<string, unknown>, version?: string) => {
      guard('hooks', () => {
        this.hooked.push({
          package: table.package,
          file: file.file,
          moduleSystem: (exports as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'Module' ? 'esm' : 'cjs',
          version,
          methods: this.attach(file, file.find(exports)),
        });
      });
      return exports;
    };
  }

  /**
   * Instruments a class that the module hook cannot see, as in a bundle.
   *
   * @param sdk the class that the SDK exports, such as `OpenAI`.
   * @returns the same class.
   */
  instrument<T>(sdk: T): T {
    guard('instrument', () => {
      for (const file of this.hooks().files) this.attach(file, sdk);
    });
    return sdk;
  }

  private attach({ methods }: FileHook, root: unknown): string[] {
    const attached: string[] = [];
    for (const hook of methods) {
      const { prototype } = (resolvePath(root, hook.class) ?? {}) as { prototype?: object };
      const owner = prototype && hook.onDefiningClass ? definingPrototype(prototype, hook.method) : prototype;
      if (owner && wrapMethod(owner, hook.method, this.subscriber(hook))) {
        attached.push(hook.class === '' ? hook.method : `${hook.class}.${hook.method}`);
      }
    }
    return attached;
  }

  private subscriber(hook: MethodHook): MethodSubscriber {
    let subscriber = this.subscribers.get(hook);
    if (subscriber === undefined) {
      subscriber = {
        isEnabled: () => this.isEnabled(),
        call: (target, args, original) => {
          const recorder = guard('recorder', () => this.currentRecorder());
          const isOthers =
            guard('recorder', () => isRecordedByOther(context.active(), this.otherInstrumentations)) === true;
          if (!recorder || isOthers) return Reflect.apply(original, target, args);
          return hook.call({ recorder, target, args, original, config: this.getConfig() });
        },
      };
      this.subscribers.set(hook, subscriber);
    }
    return subscriber;
  }

  override setConfig(config: Config = {} as Config): void {
    super.setConfig(checkedOptions(config));
    this.resolved = undefined;
    this.recorder = undefined;
  }

  override setTracerProvider(provider: TracerProvider): void {
    super.setTracerProvider(provider);
    this.providers = { ...this.providers, tracer: provider };
    this.recorder = undefined;
  }

  override setMeterProvider(provider: MeterProvider): void {
    super.setMeterProvider(provider);
    this.providers = { ...this.providers, meter: provider };
    this.recorder = undefined;
  }

  override setLoggerProvider(provider: LoggerProvider): void {
    super.setLoggerProvider(provider);
    this.providers = { ...this.providers, logger: provider };
    this.recorder = undefined;
  }

  /** The base class names no schema, and its meter never sees a provider that is registered later: both are done here. */
  private currentRecorder(): Recorder {
    const meterProvider = this.providers.meter ?? metrics.getMeterProvider();
    if (this.recorder === undefined || this.recorderProvider !== meterProvider) {
      // Once for each set of options, so that a bad one warns once.
      this.resolved ??= resolveConfig(this.getConfig());
      const config = this.resolved;
      const options = { schemaUrl: config.convention.schemaUrl };
      const scope = [this.instrumentationName, this.instrumentationVersion, options] as const;
      this.recorderProvider = meterProvider;
      this.recorder = new Recorder(config, {
        tracer: (this.providers.tracer ?? trace.getTracerProvider()).getTracer(...scope),
        meter: meterProvider.getMeter(...scope),
        logger: (this.providers.logger ?? logs.getLoggerProvider()).getLogger(...scope),
      });
    }
    return this.recorder;
  }
}

function definingPrototype(prototype: object, name: string): object | null {
  let owner: object | null = prototype;
  while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
  return owner;
}

/** A wrapper stays where it is: it passes everything through while the instrumentation is disabled. */
const keepWrapped = (): void => undefined;

function checkedOptions<Config extends GenAIInstrumentationConfig>(config: Config): Config {
  if (typeof config === 'object' && config !== null) return config;
  warnOnce('the options of an instrumentation must be an object; the defaults are used');
  return {} as Config;
}
