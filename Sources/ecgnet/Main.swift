import AsyncHTTPClient
import ArgumentParser
import Crypto
import Logging
import NIOSSL
import ServiceLifecycle
import UnixSignals
@main struct Main { static func main() {} }
