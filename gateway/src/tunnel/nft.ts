// Runs nft. What is short is said to one that stays; what is long, and all of it where nft does not converse, goes to a
// program of its own, on standard input.
import type { Hash } from 'viem'
import type { Log } from '../log.ts'
import { launcher } from './launcher.ts'
import { NftConversation } from './nft-conversation.ts'
import { numberOf, streamOf } from './ruleset.ts'

/** Characters of a set, some thousand elements. nft keeps what it has listed: of a longer one tens of megabytes. */
const LONG_LIST = 2 ** 17
/** Characters of a script: some ten sessions' changes. Of more, starting a program is the smaller part. */
const LONG_SCRIPT = 2 ** 12
/**
 * Questions. nft keeps all that it was told, too, and its line editor goes through that at each line: after 10,000
 * questions each takes half a millisecond more.
 */
export const LONGEST_CONVERSATION = 1_000
/** Milliseconds after which one is tried again that did not converse: the machine may have stood still. */
const SILENCE = 300_000

export class Nft {
  readonly #log: Log
  /** Undefined before it is first needed. It finds undefined where nft does not converse. */
  #conversation: Promise<NftConversation | undefined> | undefined
  /** Questions after which another one is begun. */
  #longest = LONGEST_CONVERSATION
  /** By the monotonic clock, when it was found that none converses. */
  #silentUntil: number | undefined
  /** Characters of the last list: before the first nobody knows. */
  #listed = Number.POSITIVE_INFINITY

  constructor(log: Log) {
    this.#log = log
  }

  /** Applies a script in one transaction: all of it or nothing. */
  async run(script: string): Promise<void> {
    await launcher.run('nft', ['-f', '-'], script)
  }

  /**
   * The same for a script in which each line is a command.
   * @param twice It may be done twice: where nobody knows whether it was done, it is done.
   */
  async change(script: string, { twice = false } = {}): Promise<void> {
    const conversation = script.length < LONG_SCRIPT ? await this.#converse() : undefined
    if (!conversation) return this.run(script)
    try {
      await conversation.say(script.trim().replaceAll('\n', '; '))
    } catch (error) {
      if (!twice || !conversation.isOver) throw error
      await this.run(script)
    }
  }

  /** Bytes by the client's number. Rejects when the table is not there. */
  async readCounters(table: string): Promise<Map<number, bigint>> {
    const counted = await this.#list<'set', { elem: { val: number; counter: { bytes: number } } }>(
      'set',
      table,
      'count',
    )
    return new Map(counted.map(({ elem: { val, counter } }) => [val, BigInt(counter.bytes)]))
  }

  /** Bytes by stream: what a table holds that this process did not make. */
  async readStreams(table: string): Promise<Map<Hash, bigint>> {
    const [counters, quotas] = await Promise.all([
      this.readCounters(table),
      this.#list<'map', [address4: string, name: string]>('map', table, 'credit4'),
    ])
    return new Map(
      quotas.flatMap(([address4, name]) => {
        const bytes = counters.get(numberOf({ address4 }))
        return bytes === undefined ? [] : [[streamOf(name), bytes] as const]
      }),
    )
  }

  async stop(): Promise<void> {
    const conversation = await this.#conversation
    conversation?.close()
    this.#conversation = undefined
  }

  async #list<Kind extends string, Item>(kind: Kind, table: string, name: string): Promise<Item[]> {
    const words = ['list', kind, 'inet', table, name]
    const listed = (await this.#hear(words.join(' '))) ?? (await launcher.run('nft', ['-j', ...words]))
    this.#listed = listed.length
    const { nftables } = JSON.parse(listed) as { nftables: { [kind in Kind]?: { elem?: Item[] } }[] }
    return nftables.flatMap((object) => object[kind]?.elem ?? [])
  }

  /** @returns undefined where none converses, also one that has ended meanwhile: that says nothing against the table. */
  async #hear(question: string): Promise<string | undefined> {
    const conversation = await this.#converse()
    try {
      return await conversation?.say(question)
    } catch (error) {
      if (!conversation?.isOver) throw error
      this.#log.warn({ error: String(error) }, 'the counters are read by another nft')
      return undefined
    }
  }

  /** The one that stays, unless the table is long. */
  async #converse(): Promise<NftConversation | undefined> {
    if (this.#listed > LONG_LIST) {
      await this.stop()
      return undefined
    }
    const current = this.#conversation
    const conversation = await current
    if (current && !conversation && performance.now() < (this.#silentUntil ?? 0)) return undefined
    if (conversation && !conversation.isOver && conversation.said < this.#longest) return conversation
    // Another caller has begun the next one.
    if (this.#conversation !== current) return this.#converse()
    this.#conversation = this.#begin(conversation)
    const started = await this.#conversation
    if (!started) {
      if (this.#silentUntil === undefined) {
        this.#log.warn('nft does not converse: every reading of the counters starts a program')
      }
      this.#silentUntil = performance.now() + SILENCE
    }
    return started
  }

  /** Another one; the old one goes on where that does not start. */
  async #begin(old: NftConversation | undefined): Promise<NftConversation | undefined> {
    const next = await NftConversation.start()
    const goesOn = !next && old && !old.isOver
    this.#longest = LONGEST_CONVERSATION + (goesOn ? old.said : 0)
    if (goesOn) return old
    old?.close()
    return next
  }
}
