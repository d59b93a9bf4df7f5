/** The least that makes a promise of a Stainless SDK: the request is under way, the body is parsed when somebody waits. */
export class ApiPromise<T> extends Promise<T> {
  responsePromise: Promise<{ response?: Response }>;
  parseResponse: (answer: { response?: Response }) => Promise<T>;
  parsedPromise: Promise<T> | undefined;

  constructor(
    responsePromise: Promise<{ response?: Response }>,
    parseResponse: (answer: { response?: Response }) => Promise<T>,
  ) {
    super((resolve) => resolve(null as T));
    this.responsePromise = responsePromise;
    this.parseResponse = parseResponse;
  }

  asResponse(): Promise<Response | undefined> {
    return this.responsePromise.then(({ response }) => response);
  }

  async withResponse(): Promise<{ data: T; response: Response | undefined }> {
    const [data, response] = await Promise.all([this.parse(), this.asResponse()]);
    return { data, response };
  }

  _thenUnwrap<U>(transform: (value: T) => U): ApiPromise<U> {
    return new ApiPromise(this.responsePromise, async (answer) => transform(await this.parseResponse(answer)));
  }

  private parse(): Promise<T> {
    this.parsedPromise ??= this.responsePromise.then((answer) => this.parseResponse(answer));
    return this.parsedPromise;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  override then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.parse().then(onResult, onError);
  }
}

/** The least that makes a stream of such an SDK: iterators come from `iterator`, and one of them alone may have the chunks. */
export class ChunkStream<T> {
  iterator: () => AsyncIterator<T>;
  controller: AbortController;

  constructor(iterator: () => AsyncIterator<T>, controller = new AbortController()) {
    this.iterator = iterator;
    this.controller = controller;
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.iterator();
  }
}
