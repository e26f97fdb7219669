* Everything that a .sav can say of its variables, in Russian, written by PSPP in windows-1251.
* The tests make it anew where PSPP is there, and read features.sav where it is not.
SET LOCALE='CP1251'.
DATA LIST LIST /id (A5) q1 (F3.0) tv (F1.0) radio (F1.0) press (F1.0) reason1 (F2.0) reason2 (F2.0)
  city (A300) weight_of_person (F8.2) met (DATE11) word (A4).
BEGIN DATA
"00012" 1 1 0 1 1 2 "Ош" 1.5 03-OCT-2022 "y"
"00013" 98 0 0 1 3 . "Бишкек" 0.5 04-OCT-2022 "n"
"00014" -9 1 1 0 2 3 "" 1 05-OCT-2022 "na"
"00015" 97 . . . . . "Джалал-Абад" 1 . "y"
"00016" . 0 1 0 1 . "Ош" 2 13-OCT-2022 ""
END DATA.
VARIABLE LABELS q1 'Довольны ли Вы работой?' tv 'Телевизор' radio 'Радио' press 'Газеты'.
VALUE LABELS q1 1 'Да' 2 'Нет' 97 'Вопрос не задавался' 98 'Затрудняюсь ответить' -9 'Отказ'
  /reason1 reason2 1 'Семья' 2 'Деньги' 3 'Другое'
  /word 'y' 'Да' 'n' 'Нет' 'na' 'Нет ответа'.
MISSING VALUES q1 (97 THRU 99, -9) word ('na').
VARIABLE LEVEL q1 (ORDINAL) tv radio press (NOMINAL) weight_of_person (SCALE).
MRSETS /MDGROUP NAME=$media LABEL='Откуда узнают новости' VARIABLES=tv radio press VALUE=1
  /MCGROUP NAME=$reasons LABEL='Причины' VARIABLES=reason1 reason2.
WEIGHT BY weight_of_person.
FILE LABEL 'Волна 2022'.
SAVE OUTFILE='features.sav'.
