"""What the verbs that write share: the batch and its record, decisions carried out, a look ahead."""
