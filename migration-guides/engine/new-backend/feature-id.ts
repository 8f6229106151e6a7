import { ts } from 'ts-morph';
import type { ParsedModule } from '../parse-module';

/** The plugin id that a package's name stands for: `@backstage/plugin-todo-backend` is `todo`. */
export function idOfPackage(specifier: string): string {
  const name = specifier.replace(/\/alpha$/, '').replace(/^@[^/]+\//, '');
  return name
    .replace(/^(backstage-)?plugin-/, '')
    .replace(/-backend$/, '')
    .replace(/-backend-module-/, '-');
}

/** The ids that a new-style file registers: `catalog`, or `catalog-my-module` for a module. */
export function idInFile(module: ParsedModule): string | undefined {
  const texts = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isStringLiteralLike(node.initializer)) {
      const name = node.name.getText(module.sourceFile);
      if (!texts.has(name)) texts.set(name, node.initializer.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(module.sourceFile);
  const plugin = texts.get('pluginId');
  const own = texts.get('moduleId');
  return plugin !== undefined && own !== undefined ? `${plugin}-${own}` : plugin;
}
