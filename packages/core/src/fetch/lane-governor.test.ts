import { describe, expect, it } from 'vitest';
import { LaneGovernor } from './lane-governor.ts';

const MIB = 1024 * 1024;

/** Runs a governor against an upstream that gives `perLane` bytes a second on each lane, and `all` in sum. */
function settle(perLane: number, all: number): LaneGovernor {
  const governor = new LaneGovernor(28);
  governor.join();
  for (let ms = 0; ms < 5000; ms += 10)
    governor.received(Math.min(all, perLane * governor.lanes) / 100, ms);
  return governor;
}

describe('LaneGovernor', () => {
  it('adds lanes for as long as each brings more', () => {
    expect(settle(50 * MIB, 10_000 * MIB).lanes).toBe(28);
  });

  it('stops when the line is full', () => {
    expect(settle(500 * MIB, 1000 * MIB).lanes).toBe(8);
    expect(settle(50 * MIB, 800 * MIB).lanes).toBe(16);
  });

  it('adds none where one connection gives more than a file can use', () => {
    expect(settle(100 * MIB, 10_000 * MIB).lanes).toBe(8);
  });

  it('makes chunks smaller towards the end', () => {
    const governor = settle(50 * MIB, 10_000 * MIB);
    expect(governor.chunkBytes(1024 * MIB)).toBeGreaterThan(8 * MIB);
    expect(governor.chunkBytes(8 * MIB)).toBe(2 * MIB);
  });

  it('divides the lanes among the files, and gives those of one that has ended to the others', () => {
    const governor = new LaneGovernor(28);
    const leave = governor.join();
    expect(governor.lanes).toBe(8);
    const leaveToo = governor.join();
    expect(governor.lanes).toBe(4);
    leave();
    leave();
    expect(governor.lanes).toBe(8);
    leaveToo();
  });

  it('lets a file begin with as many lanes as paid for those before it, until all have ended', () => {
    const governor = settle(50 * MIB, 10_000 * MIB);
    const leave = governor.join();
    expect(governor.lanes).toBe(14);
    leave();
    const fresh = new LaneGovernor(28);
    const end = fresh.join();
    for (let ms = 0; ms < 5000; ms += 10) fresh.received(fresh.lanes * MIB * 0.5, ms);
    expect(fresh.lanes).toBe(28);
    end();
    expect(fresh.lanes).toBe(8);
  });
});
