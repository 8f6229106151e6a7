import { expect } from 'chai';
import { mockFunction } from 'backstage-forklift/testing';

describe('mockFunction', () => {
  const rejection = (promise: Promise<unknown>) => promise.catch(error => error.message);

  it('does what the methods of Jest say, first what is for one call only', async () => {
    const find = mockFunction(async (id: string) => `found ${id}`)
      .mockResolvedValueOnce('one')
      .mockRejectedValueOnce(new Error('two'))
      .mockImplementationOnce(async id => `three ${id}`)
      .mockReturnValueOnce(Promise.resolve('four'));
    expect(await find('a')).to.equal('one');
    expect(await rejection(find('b'))).to.equal('two');
    expect(await find('c')).to.equal('three c');
    expect(await find('d')).to.equal('four');
    expect(await find('e')).to.equal('found e');
    expect(find.args.flat()).to.deep.equal(['a', 'b', 'c', 'd', 'e']);

    expect(await find.mockResolvedValue('always')('f')).to.equal('always');
    expect(await rejection(find.mockRejectedValue(new Error('never'))('g'))).to.equal('never');
    expect(await find.mockImplementation(async id => id)('h')).to.equal('h');
    expect(await find.getMockImplementation()!('i')).to.equal('i');
  });

  it('forgets calls, and what it does', () => {
    const find = mockFunction(() => 'found').mockReturnValueOnce('once');
    find();
    find.mockClear();
    expect(find.callCount).to.equal(0);
    expect(find()).to.equal('found');
    find.mockReturnValueOnce('once more').mockReset();
    expect(find.callCount).to.equal(0);
    expect(find()).to.equal(undefined);
  });

  it('gives what it is called on when told to, and has a name', () => {
    const where = { find: mockFunction((): unknown => undefined).mockReturnThis() };
    expect(where.find()).to.equal(where);
    expect(where.find.mockName('find').getMockName()).to.equal('find');
  });

  it('still does what the methods of sinon say', () => {
    const find = mockFunction((_id: string) => 'found');
    find.withArgs('x').returns('y');
    expect([find('x'), find('z')]).to.deep.equal(['y', 'found']);
    find.throws(new Error('boom'));
    expect(() => find('z')).to.throw('boom');
  });
});
