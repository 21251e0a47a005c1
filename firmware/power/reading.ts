/** What a UPS says of itself at one moment, whatever it speaks. What it does not say is left out. */

export interface UpsReading {
  readonly onMains: boolean;
  /** It calls its battery low itself. */
  readonly low: boolean;
  readonly overload: boolean;
  /** It asks for a new battery itself. */
  readonly replaceBattery: boolean;
  /** A fault of its own, other than of the mains. */
  readonly failed: boolean;
  readonly testing: boolean;
  readonly inputV?: number;
  readonly nominalInputV?: number;
  /** Of what it is made for; may pass 100. */
  readonly loadPercent?: number;
  readonly batteryV?: number;
  readonly nominalBatteryV?: number;
  /** 0 to 100. */
  readonly chargePercent?: number;
  /** As it reckons itself. */
  readonly minutesLeft?: number;
  readonly temperatureC?: number;
}
