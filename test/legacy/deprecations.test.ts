import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { ts } from 'ts-morph';

const LEGACY = join(__dirname, '../../legacy');
const NOTE = /@deprecated\s+\S+/;

/** The names that a module exports, with the comments before them. */
function exportsOf(file: string, wanted?: string[]): Array<[name: string, comment: string]> {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.ES2022,
    true,
  );
  return source.statements.flatMap(statement => {
    if (ts.isExportDeclaration(statement)) {
      return reExportsOf(statement, file);
    }
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    const isExported = modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    const declarations = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map(({ name }) => name.getText())
      : [(statement as ts.DeclarationStatement).name?.getText() ?? ''];
    const names = isExported ? declarations : [];
    return names
      .filter(name => !wanted || wanted.includes(name))
      .map((name): [string, string] => [name, commentOf(statement)]);
  });
}

function reExportsOf(statement: ts.ExportDeclaration, file: string): Array<[string, string]> {
  const { exportClause, moduleSpecifier } = statement;
  const path = (moduleSpecifier as ts.StringLiteral | undefined)?.text;
  const target = path && join(dirname(file), `${path}.ts`);
  if (!exportClause || ts.isNamespaceExport(exportClause)) {
    return exportsOf(target!);
  }
  return exportClause.elements.flatMap((element): Array<[string, string]> => {
    const comment = commentOf(element);
    const isDescribedThere = !comment && target?.startsWith(LEGACY);
    const name = element.name.getText();
    return isDescribedThere ? exportsOf(target!, [name]) : [[name, comment]];
  });
}

function commentOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .map(comment => comment.getText())
    .join('\n');
}

describe('every export of the old packages', () => {
  for (const room of ['backend-common', 'backend-tasks']) {
    it(`says what takes its place: ${room}`, () => {
      const exported = exportsOf(join(LEGACY, room, 'index.ts'));
      expect(exported).to.have.length.above(5);
      const silent = exported.filter(([, comment]) => !NOTE.test(comment)).map(([name]) => name);
      expect([...new Set(silent)]).to.deep.equal([]);
    });
  }
});
