import ECGModel
import ECGStore
import Logging
import ServiceLifecycle

/// Carries what happens on the hospital's side to the devices that wait for it: every new event of an alert wakes the
/// connection of its recording, which tells its device whatever it has not told yet.
///
/// A device that has come back since, and has nothing to open any more, is told on its newest connection: a report may be
/// amended hours after it was heard.
struct DeviceMessenger: Service {
    let feed: AlertFeed
    let register: RecordingRegister
    let devices: ConnectedDevices
    let store: any Store
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await event in await feed.subscribe(after: nil) {
                guard let place = await place(for: event) else { continue }
                place.desk.tellNews(of: event.recording, to: place.connection)
            }
        }
    }

    private func place(for event: AlertEvent) async -> ConnectionPlace? {
        if let place = register.place(of: event.recording) { return place }
        // Nothing that a clinic is told, or nobody to tell it to: the store need not be asked.
        guard ClinicStep(event) != nil, !devices.names.isEmpty else { return nil }
        do {
            guard let device = try await store.recording(event.recording)?.device else { return nil }
            return devices.connections(of: device).last
        } catch {
            // The device hears of it when it opens the recording, or of the next event.
            logger.warning(
                "whose alert it is cannot be read", metadata: ["alert": "\(event.alert)", "error": "\(error)"])
            return nil
        }
    }
}
