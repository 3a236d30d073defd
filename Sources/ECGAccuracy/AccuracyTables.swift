/// All tables, in the order in which they are printed.
public enum AccuracyTables {
    public static let all: [any AccuracyTable] = [
        BeatTable(), BeatDelayTable(), BeatClassTable(),
        BoundaryTable(), IntervalTable(),
        STLevelTable(), DisturbanceTable(), STEpisodeTable(),
        VentricularArrhythmiaTable(), AtrialFibrillationTable(), AsystoleTable(), SimulatedRhythmTable(),
        ArtefactTable(), ContactTable(), LimbReversalTable(),
        AlertGroupTable(), ElevationTable(), SimulatedInfarctTable(), AlertRateTable(),
    ]
}
