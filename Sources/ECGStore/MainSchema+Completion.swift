extension SchemaVersions {
    /// What is known of a patient may be completed while the recording is known already.
    static let mainCompletion = """
        CREATE TRIGGER recording_courses_complete AFTER UPDATE OF patient ON recordings BEGIN
            UPDATE recording_courses SET reference = json_extract(new.patient, '$.reference'),
                first_contact_at = \(microseconds(of: "json_extract(new.patient, '$.firstMedicalContact')"))
            WHERE recording = new.id;
        END;
        """
}
