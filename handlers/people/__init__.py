"""The workbook of units, people, appointments, leaves and offices: read, checked, compared with the records."""
