#if HTTP
  import NIOCore
  import NIOPosix
  import NIOSSL
  import TestSupport

  /// As ``HTTPServer``, behind TLS with a certificate that nobody vouches for. Of what is to be done it only sends.
  public final class TLSServer: Sendable {
    /// The certificate as a file (PEM): to trust it.
    public static let certificate = Repository.path("Tests/HTTPServer/Certificate/cert.pem")
    /// One of another host.
    public static let otherCertificate = Repository.path("Tests/HTTPServer/Certificate/other.pem")

    private let channel: any Channel

    public init(
      certificate: String = certificate, _ answer: @escaping @Sendable (HTTPServer.Request) -> [HTTPServer.Step]
    ) throws {
      let configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
        privateKey: .privateKey(
          try NIOSSLPrivateKey(file: Repository.path("Tests/HTTPServer/Certificate/key.pem"), format: .pem)))
      let context = try NIOSSLContext(configuration: configuration)
      channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers(NIOSSLServerHandler(context: context), Answering(answer))
          }
        }
        .bind(host: "127.0.0.1", port: 0).wait()
    }

    deinit { channel.close(promise: nil) }

    public func url(_ path: String = "/model.gguf") -> String {
      "https://127.0.0.1:\(channel.localAddress?.port ?? 0)\(path)"
    }
  }

  private final class Answering: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: @Sendable (HTTPServer.Request) -> [HTTPServer.Step]
    private var head: [UInt8] = []

    init(_ answer: @escaping @Sendable (HTTPServer.Request) -> [HTTPServer.Step]) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      head += Array(unwrapInboundIn(data).readableBytesView)
      guard head.suffix(4).elementsEqual("\r\n\r\n".utf8), let request = HTTPServer.Request(head: head) else { return }
      for case .send(let bytes) in answer(request) {
        context.write(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
      }
      context.flush()
      context.close(promise: nil)
    }
  }
#endif
