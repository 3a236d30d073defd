import ECGModel
import ServiceLifecycle

/// Carries what happens on the hospital's side to the devices that wait for it: every new event of an alert wakes the
/// connection of its recording, which tells its device whatever it has not told yet.
struct DeviceMessenger: Service {
    let feed: AlertFeed
    let register: RecordingRegister

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await event in await feed.subscribe(after: nil) {
                guard let place = register.place(of: event.recording) else { continue }
                place.desk.tellNews(of: event.recording, to: place.connection)
            }
        }
    }
}
