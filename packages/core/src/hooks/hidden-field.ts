/** Returns what it is given, so that a subclass puts its private fields there. */
class Given {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is how a private field comes onto an object of somebody else.
    return target;
  }
}

/**
 * A field on objects of somebody else that nothing can see, as in a `WeakMap`, but kept in the object: a map with weak keys costs every garbage
 * collection.
 */
export function hiddenField<Value>(): {
  get(target: object): Value | undefined;
  /** Must be called at most once for an object. */
  add(target: object, value: Value): void;
} {
  class Hidden extends Given {
    readonly #value: Value;

    constructor(target: object, value: Value) {
      super(target);
      this.#value = value;
    }

    static read(target: object): Value | undefined {
      return #value in target ? target.#value : undefined;
    }
  }
  return {
    get: Hidden.read,
    add(target, value) {
      new Hidden(target, value);
    },
  };
}
