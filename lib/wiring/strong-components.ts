/**
 * The groups of nodes that can all reach each other, by Tarjan's algorithm, in linear time. Nodes that
 * are in no circle are left out. Iterative, since a chain of dependencies may be long.
 *
 * @param next - the nodes that a node leads to; nodes that are not among `nodes` are ignored
 */
export function strongComponents<T>(nodes: readonly T[], next: (node: T) => Iterable<T>): T[][] {
  const known = new Set(nodes);
  const order = new Map<T, number>();
  const low = new Map<T, number>();
  const open = new Set<T>();
  const stack: T[] = [];
  const components: T[][] = [];

  for (const root of nodes) {
    if (order.has(root)) {
      continue;
    }
    const work: Array<{ node: T; rest: Iterator<T>; selfLoop: boolean }> = [];
    const enter = (node: T) => {
      order.set(node, order.size);
      low.set(node, order.size - 1);
      stack.push(node);
      open.add(node);
      work.push({ node, rest: next(node)[Symbol.iterator](), selfLoop: false });
    };
    enter(root);
    while (work.length > 0) {
      const frame = work[work.length - 1];
      const step = frame.rest.next();
      if (!step.done) {
        const target = step.value;
        frame.selfLoop ||= target === frame.node;
        if (known.has(target) && !order.has(target)) {
          enter(target);
        } else if (open.has(target)) {
          low.set(frame.node, Math.min(low.get(frame.node)!, order.get(target)!));
        }
        continue;
      }
      work.pop();
      const parent = work[work.length - 1];
      if (parent) {
        low.set(parent.node, Math.min(low.get(parent.node)!, low.get(frame.node)!));
      }
      if (low.get(frame.node) === order.get(frame.node)) {
        const component = stack.splice(stack.lastIndexOf(frame.node));
        component.forEach(node => open.delete(node));
        if (component.length > 1 || frame.selfLoop) {
          components.push(component);
        }
      }
    }
  }
  return components;
}
