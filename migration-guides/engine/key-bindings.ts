import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { identifiersIn, isReference, declarationOf } from './bindings';
import { Obstacle } from './obstacle';
import type { ParsedModule } from './parse-module';
import type { KeyUse } from './plugin-file/environment-use';
import type { ServiceMapping } from './service-mapping';

/** The patterns that take keys out of the environment: `{ logger, identity }`. */
export class KeyBindings {
  readonly #removed = new Map<ts.ObjectBindingPattern, ts.BindingElement[]>();
  readonly #added = new Map<ts.ObjectBindingPattern, Set<string>>();

  constructor(private readonly module: ParsedModule) {}

  /**
   * Checks that names can be added to the patterns of keys.
   *
   * @throws Obstacle when the file has other things of these names
   */
  assertFree(nodes: readonly KeyUse['node'][], names: readonly string[]): void {
    if (!nodes.some(ts.isIdentifier)) return;
    const taken = identifiersIn(this.module.sourceFile).find(
      each => names.includes(each.text) && this.#isOther(each),
    );
    if (taken) {
      throw new Obstacle(`has a ${taken.text} of its own, which services would hide`, 'identity');
    }
  }

  /** Notes that a key is replaced by services, of which it may be one itself. */
  replace(
    nodes: readonly KeyUse['node'][],
    key: string,
    services: readonly ServiceMapping[],
  ): void {
    const names = services.map(each => each.name);
    for (const node of nodes) {
      const pattern = patternOf(node);
      if (!pattern) continue;
      const added = this.#added.get(pattern) ?? new Set();
      names.forEach(each => added.add(each));
      this.#added.set(pattern, added);
      if (!names.includes(key)) {
        const removed = this.#removed.get(pattern) ?? [];
        this.#removed.set(pattern, [...removed, node.parent as ts.BindingElement]);
      }
    }
  }

  write(editor: MagicString): void {
    for (const [pattern, names] of this.#added) {
      const removed = this.#removed.get(pattern) ?? [];
      const present = pattern.elements.map(each => (each.propertyName ?? each.name).getText());
      const missing = [...names].filter(each => !present.includes(each)).join(', ');
      const [first, ...others] = removed;
      const { sourceFile } = this.module;
      if (first && missing !== '') {
        editor.overwrite(first.getStart(sourceFile), first.getEnd(), missing);
      } else if (missing !== '') {
        const last = pattern.elements[pattern.elements.length - 1];
        editor.appendLeft(last.getEnd(), `, ${missing}`);
      } else if (first) this.#remove(editor, pattern, first);
      others.forEach(each => this.#remove(editor, pattern, each));
    }
  }

  #remove(editor: MagicString, { elements }: ts.ObjectBindingPattern, element: ts.BindingElement) {
    const index = elements.indexOf(element);
    const { sourceFile } = this.module;
    if (index + 1 < elements.length) {
      editor.remove(element.getStart(sourceFile), elements[index + 1].getStart(sourceFile));
    } else if (index > 0) editor.remove(elements[index - 1].getEnd(), element.getEnd());
    else editor.remove(element.getStart(sourceFile), element.getEnd());
  }

  /** True for a variable, or a name that nothing declares, that is no key of the environment. */
  #isOther(name: ts.Identifier): boolean {
    const { parent } = name;
    if (ts.isBindingElement(parent) && parent.name === name)
      return parent.propertyName !== undefined;
    const isDeclared =
      ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isFunctionDeclaration(parent) ||
      ts.isImportSpecifier(parent) ||
      ts.isImportClause(parent) ||
      ts.isNamespaceImport(parent);
    if (isDeclared && parent.name === name) return true;
    if (!isReference(name)) return false;
    const declaration = declarationOf(this.module, name);
    return declaration === undefined || !ts.isBindingElement(declaration);
  }
}

function patternOf(node: KeyUse['node']): ts.ObjectBindingPattern | undefined {
  return ts.isIdentifier(node) &&
    ts.isBindingElement(node.parent) &&
    ts.isObjectBindingPattern(node.parent.parent)
    ? node.parent.parent
    : undefined;
}
