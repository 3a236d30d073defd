import Testing

@testable import ecgnet

@Suite("The disk under a bench's data folder")
struct DiskSyncTests {
    private static let mounts = """
        overlay / overlay rw,relatime 0 0
        tmpfs /tmp tmpfs rw 0 0
        /dev/sda1 /tmp/disk ext4 rw 0 0
        /dev/sdb1 /srv/county\\040data xfs rw 0 0
        /dev/sdc1 /srv ext4 rw 0 0
        tmpfs /srv tmpfs rw 0 0
        """

    @Test(
        "a folder is on what is mounted nearest above it",
        arguments: [
            ("/tmp/ecgnet-bench", "tmpfs"), ("/tmp", "tmpfs"), ("/tmpfolder", "overlay"), ("/tmp/disk/a/b", "ext4"),
            ("/tmp/diskette", "tmpfs"), ("/srv/county data/a", "xfs"), ("/srv/a", "tmpfs"), ("/", "overlay"),
        ])
    func fileSystem(path: String, type: String) {
        #expect(DiskSync.fileSystem(of: path, mounts: Self.mounts) == type)
        #expect(DiskSync(medianMilliseconds: 1, fileSystem: type).isInMemory == (type == "tmpfs"))
    }

    @Test("where nothing is told of mounts, nothing is known")
    func unknown() {
        #expect(DiskSync.fileSystem(of: "/tmp", mounts: "") == nil)
        #expect(!DiskSync(medianMilliseconds: 1, fileSystem: nil).isInMemory)
    }
}
