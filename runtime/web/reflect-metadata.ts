/** The three functions of the Reflect metadata proposal that @peculiar/x509 asks for, where nothing has brought them yet. */
type Target = object;
type Key = unknown;
interface MetadataReflect {
  getMetadata?: (key: Key, target: Target) => unknown;
  getOwnMetadata?: (key: Key, target: Target) => unknown;
  defineMetadata?: (key: Key, value: unknown, target: Target) => void;
}

const reflect = Reflect as unknown as MetadataReflect;

if (!reflect.getMetadata) {
  const kept = new WeakMap<Target, Map<Key, unknown>>();
  const own = (key: Key, target: Target): unknown => kept.get(target)?.get(key);
  reflect.getOwnMetadata = own;
  reflect.defineMetadata = (key, value, target) => {
    const values = kept.get(target) ?? new Map<Key, unknown>();
    kept.set(target, values.set(key, value));
  };
  reflect.getMetadata = (key, target) => {
    for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
      const value = own(key, at);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}
