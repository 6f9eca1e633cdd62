// Opens each workbook with exceljs and prints, a line each, a JSON list: sheet names, tables, and the value of its first cell.
const { Workbook } = require("exceljs");

(async () => {
  for (const path of process.argv.slice(2)) {
    const book = new Workbook();
    await book.xlsx.readFile(path);
    const sheets = book.worksheets.map((sheet) => [sheet.name, Object.keys(sheet.tables), String(sheet.getCell("A1").value)]);
    console.log(JSON.stringify(sheets));
  }
})();
