import { describe, expect, it, vi } from 'vitest';
import { type MethodSubscriber, wrapMethod } from '../src/hooks/wrap-method.ts';

interface Told extends MethodSubscriber {
  calls: { target: unknown; args: unknown[] }[];
}

function subscriber(isEnabled = () => true): Told {
  const calls: Told['calls'] = [];
  return {
    calls,
    isEnabled,
    call(target, args, original) {
      calls.push({ target, args });
      return Reflect.apply(original, target, args);
    },
  };
}

function classes() {
  class Base {
    greet(name: string, _punctuation?: string) {
      return [this, `hello ${name}`];
    }
  }
  class First extends Base {}
  class Second extends Base {}
  return { Base, First, Second };
}

describe('a wrapped method', () => {
  it('is given the receiver and all arguments, and gives back what the original gives', () => {
    const { Base } = classes();
    const told = subscriber();
    expect(wrapMethod(Base.prototype, 'greet', told)).toBe(true);
    const object = new Base();
    expect(object.greet('you', '!')).toEqual([object, 'hello you']);
    expect(told.calls).toEqual([{ target: object, args: ['you', '!'] }]);
  });

  it('keeps its name, its length and how it is found', () => {
    const { Base } = classes();
    const before = Object.getOwnPropertyDescriptor(Base.prototype, 'greet');
    wrapMethod(Base.prototype, 'greet', subscriber());
    const after = Object.getOwnPropertyDescriptor(Base.prototype, 'greet');
    expect({ ...after, value: undefined }).toEqual({ ...before, value: undefined });
    expect([after?.value.name, after?.value.length]).toEqual(['greet', before?.value.length]);
    expect(Object.keys(after?.value)).toEqual([]);
    expect(Object.keys(new Base())).toEqual([]);
  });

  it('that is inherited is wrapped on this class alone', () => {
    const { Base, First, Second } = classes();
    const original = Base.prototype.greet;
    const told = subscriber();
    expect(wrapMethod(First.prototype, 'greet', told)).toBe(true);
    expect(Base.prototype.greet).toBe(original);
    expect(Second.prototype.greet).toBe(original);
    new Second().greet('a');
    new Base().greet('b');
    expect(told.calls).toEqual([]);
    new First().greet('c');
    expect(told.calls).toHaveLength(1);
  });

  it('is called once for each call by one subscriber, however often that is added', () => {
    const { Base, First } = classes();
    const told = subscriber();
    for (let times = 0; times < 3; times++) wrapMethod(Base.prototype, 'greet', told);
    wrapMethod(First.prototype, 'greet', told);
    new Base().greet('a');
    new First().greet('b');
    expect(told.calls).toHaveLength(2);
  });

  it('passes through while its subscriber is disabled, and the next enabled one takes the call', () => {
    const { Base } = classes();
    let isEnabled = false;
    const first = subscriber(() => isEnabled);
    const second = subscriber(() => false);
    wrapMethod(Base.prototype, 'greet', first);
    wrapMethod(Base.prototype, 'greet', second);
    expect(new Base().greet('a')[1]).toBe('hello a');
    expect([first.calls.length, second.calls.length]).toEqual([0, 0]);
    isEnabled = true;
    new Base().greet('b');
    expect([first.calls.length, second.calls.length]).toEqual([1, 0]);
  });

  it('is shared by two copies of this package, so that one call is taken once', async () => {
    const { Base } = classes();
    vi.resetModules();
    const copy = await import('../src/hooks/wrap-method.ts');
    expect(copy.wrapMethod).not.toBe(wrapMethod);
    const [mine, theirs] = [subscriber(), subscriber()];
    wrapMethod(Base.prototype, 'greet', mine);
    const wrapper = Base.prototype.greet;
    expect(copy.wrapMethod(Base.prototype, 'greet', theirs)).toBe(true);
    expect(Base.prototype.greet).toBe(wrapper);
    new Base().greet('a');
    expect([mine.calls.length, theirs.calls.length]).toEqual([1, 0]);
  });

  it('throws what the original throws: the same object', () => {
    const error = new Error('x');
    const owner = {
      run() {
        throw error;
      },
    };
    wrapMethod(owner, 'run', subscriber());
    let thrown: unknown;
    try {
      owner.run();
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toBe(error);
  });
});

describe('what cannot be wrapped is left alone, without a throw', () => {
  it.each([
    ['no such method', {}],
    ['a property that is no function', { greet: 'hello' }],
  ])('%s', (_what, owner) => {
    expect(wrapMethod(owner, 'greet', subscriber())).toBe(false);
  });

  it.each([
    ['a frozen owner', Object.freeze],
    ['a sealed owner', Object.seal],
    ['an owner that takes no new properties', Object.preventExtensions],
  ])('%s', (_what, close) => {
    const own = close({ greet: () => 'hello' });
    const inherited = close(Object.create({ greet: () => 'hello' })) as { greet(): string };
    for (const owner of [own, inherited]) {
      const told = subscriber();
      const isWrapped = wrapMethod(owner, 'greet', told);
      expect(owner.greet()).toBe('hello');
      expect(told.calls).toHaveLength(isWrapped ? 1 : 0);
    }
  });

  it.each([
    ['fixed', { writable: false, configurable: false }],
    ['writable alone', { writable: true, configurable: false }],
    ['configurable alone', { writable: false, configurable: true }],
  ])('a property that is %s keeps its value or is wrapped', (_what, flags) => {
    const owner = Object.defineProperty({}, 'greet', { ...flags, value: () => 'hello' }) as { greet(): string };
    const told = subscriber();
    const isWrapped = wrapMethod(owner, 'greet', told);
    expect(isWrapped).toBe(flags.writable || flags.configurable);
    expect(owner.greet()).toBe('hello');
    expect(told.calls).toHaveLength(isWrapped ? 1 : 0);
  });
});
