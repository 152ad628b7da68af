// Pays for one stream, in a worker of its own: browsers throttle the timers of hidden pages, and a Web Lock keeps two
// tabs from signing past each other. Whoever waits for the lock takes over when its holder goes.
import { type ChannelMessage, channelName, lockName, type StartMessage } from './protocol.ts'
import { SessionOwner } from './session-owner.ts'

addEventListener('message', ({ data }: MessageEvent<StartMessage>) => {
  const { stream } = data.connection.stream
  void navigator.locks.request(lockName(stream), async () => {
    const channel = new BroadcastChannel(channelName(stream))
    const post = (message: ChannelMessage) => channel.postMessage(message)
    const owner = new SessionOwner(data, (state) => post({ to: 'pages', state }))
    channel.addEventListener('message', ({ data: message }: MessageEvent<ChannelMessage>) => {
      if (message.to === 'owner') owner.obey(message.command)
    })
    await owner.run()
    channel.close()
  })
})
