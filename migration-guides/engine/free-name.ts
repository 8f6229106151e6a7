import { identifiersIn } from './bindings';
import type { ParsedModule } from './parse-module';

/** A name that a file does not use yet: the wanted one, or with a number behind it. */
export function freeName(module: ParsedModule, wanted: string): string {
  const taken = new Set(identifiersIn(module.sourceFile).map(each => each.text));
  let name = wanted;
  for (let n = 2; taken.has(name); n += 1) name = `${wanted}${n}`;
  return name;
}
